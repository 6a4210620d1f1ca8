using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Core.Redis.Embedded;

/// <summary>
/// The commands of the embedded endpoint: publish and subscribe, and what client libraries ask when they connect
/// (the reference of redis.io, commands of the groups connection, pubsub and server). The rest is an error that says so.
/// </summary>
sealed class EmbeddedCommands(EmbeddedTopics topics, Func<int> countClients, int port)
{
    const string Version = "7.0.0";
    const int Databases = 16;

    static readonly string[] Supported =
    [
        "AUTH", "CLIENT", "COMMAND", "ECHO", "HELLO", "INFO", "PING", "PSUBSCRIBE", "PUBLISH", "PUBSUB", "PUNSUBSCRIBE",
        "QUIT", "RESET", "SELECT", "SUBSCRIBE", "UNSUBSCRIBE",
    ];

    static readonly string[] AllowedWhileSubscribed = ["PING", "PSUBSCRIBE", "PUNSUBSCRIBE", "QUIT", "RESET", "SUBSCRIBE", "UNSUBSCRIBE"];

    /// <summary>Does a command and sends its replies.</summary>
    public void Execute(RespClient client, byte[][] arguments)
    {
        string command = Text(arguments[0]).ToUpperInvariant();
        if (command is "POST" or "HOST:")
        {
            // The request of a web page, which can send any lines to this machine by the browser of who looks at it.
            client.WantsToLeave = true;
            Reply(client, o => RespOutput.Error(o, "ERR this is no web server"));
            return;
        }
        string[] words = [.. arguments.Skip(1).Select(Text)];
        if (client.Version < 3 && client.SubscriptionCount > 0 && !AllowedWhileSubscribed.Contains(command))
        {
            Reply(client, o => RespOutput.Error(o, $"ERR Can't execute '{Shown(command)}': only {string.Join(", ", AllowedWhileSubscribed)} are allowed in this context"));
            return;
        }
        if (command is "SUBSCRIBE" or "PSUBSCRIBE" or "UNSUBSCRIBE" or "PUNSUBSCRIBE")
            ChangeSubscriptions(client, command, words);
        else
            Reply(client, output => Answer(output, client, command, words, arguments));
    }

    void Answer(IBufferWriter<byte> output, RespClient client, string command, string[] words, byte[][] arguments)
    {
        switch (command, words.Length)
        {
            case ("PUBLISH", 2):
                RespOutput.Number(output, topics.Publish(words[0], arguments[2]));
                break;
            case ("PUBSUB", > 0):
                AnswerPubSub(output, client, words);
                break;
            case ("PING", <= 1):
                Pong(output, client, words);
                break;
            case ("ECHO", 1):
                RespOutput.Bulk(output, arguments[1]);
                break;
            case ("HELLO", _):
                Hello(output, client, words);
                break;
            case ("AUTH", 1 or 2):
                // Whoever is on this machine may come in, as with a Redis that has no password.
                RespOutput.Simple(output, "OK");
                break;
            case ("CLIENT", > 0):
                AnswerClient(output, client, words);
                break;
            case ("SELECT", 1):
                Select(output, words[0]);
                break;
            case ("INFO", _):
                RespOutput.Bulk(output, Info());
                break;
            case ("COMMAND", _):
                RespOutput.Array(output, 0);
                break;
            case ("QUIT", _):
                client.WantsToLeave = true;
                RespOutput.Simple(output, "OK");
                break;
            case ("RESET", 0):
                topics.Forget(client);
                (client.Version, client.Name) = (2, "");
                RespOutput.Simple(output, "RESET");
                break;
            default:
                RespOutput.Error(output, Supported.Contains(command)
                    ? WrongNumber(command)
                    : $"ERR unknown command '{Shown(command)}': this endpoint is for publish and subscribe, and knows {string.Join(", ", Supported)}");
                break;
        }
    }

    void ChangeSubscriptions(RespClient client, string command, string[] names)
    {
        bool isPattern = command[0] == 'P';
        if (command.EndsWith("UNSUBSCRIBE", StringComparison.Ordinal))
            topics.Unsubscribe(client, names, isPattern);
        else if (names.Length == 0)
            Reply(client, output => RespOutput.Error(output, WrongNumber(command)));
        else if (!names.All(name => topics.TrySubscribe(client, name, isPattern)))
            Reply(client, output => RespOutput.Error(output, $"ERR too many subscriptions: at most {RespLimits.Subscriptions} at once, with {RespLimits.SubscriptionBytes} bytes of names"));
    }

    void AnswerPubSub(IBufferWriter<byte> output, RespClient client, string[] words)
    {
        switch (words[0].ToUpperInvariant(), words.Length)
        {
            case ("CHANNELS", <= 2):
                var names = topics.Names(words.ElementAtOrDefault(1));
                RespOutput.Array(output, names.Count);
                names.ForEach(name => RespOutput.Bulk(output, name));
                break;
            case ("NUMSUB", _):
                RespOutput.Map(output, words.Length - 1, client.Version);
                foreach (string name in words[1..])
                {
                    RespOutput.Bulk(output, name);
                    RespOutput.Number(output, topics.CountSubscribers(name));
                }
                break;
            case ("NUMPAT", 1):
                RespOutput.Number(output, topics.PatternCount);
                break;
            default:
                RespOutput.Error(output, "ERR unknown subcommand or wrong number of arguments; PUBSUB takes CHANNELS [pattern], NUMSUB [name …] or NUMPAT");
                break;
        }
    }

    static void Pong(IBufferWriter<byte> output, RespClient client, string[] words)
    {
        if (client.Version < 3 && client.SubscriptionCount > 0)
        {
            RespOutput.Array(output, 2);
            RespOutput.Bulk(output, "pong");
            RespOutput.Bulk(output, words.ElementAtOrDefault(0) ?? "");
        }
        else if (words.Length == 0)
            RespOutput.Simple(output, "PONG");
        else
            RespOutput.Bulk(output, words[0]);
    }

    static void Hello(IBufferWriter<byte> output, RespClient client, string[] words)
    {
        if (words.Length > 0 && words[0] is not ("2" or "3"))
        {
            RespOutput.Error(output, "NOPROTO unsupported protocol version; 2 and 3 are supported");
            return;
        }
        for (int i = 1; i < words.Length; i++)
        {
            string option = words[i].ToUpperInvariant();
            if (option == "AUTH" && i + 2 < words.Length)
                i += 2;
            else if (option == "SETNAME" && i + 1 < words.Length)
                client.Name = words[++i];
            else
            {
                RespOutput.Error(output, "ERR syntax error in HELLO");
                return;
            }
        }
        if (words.Length > 0)
            client.Version = words[0] == "3" ? 3 : 2;
        RespOutput.Map(output, 7, client.Version);
        Pair("server", "redis");
        Pair("version", Version);
        RespOutput.Bulk(output, "proto");
        RespOutput.Number(output, client.Version);
        RespOutput.Bulk(output, "id");
        RespOutput.Number(output, client.Id);
        Pair("mode", "standalone");
        Pair("role", "master");
        RespOutput.Bulk(output, "modules");
        RespOutput.Array(output, 0);

        void Pair(string key, string value)
        {
            RespOutput.Bulk(output, key);
            RespOutput.Bulk(output, value);
        }
    }

    static void AnswerClient(IBufferWriter<byte> output, RespClient client, string[] words)
    {
        switch (words[0].ToUpperInvariant(), words.Length)
        {
            case ("ID", 1):
                RespOutput.Number(output, client.Id);
                break;
            case ("GETNAME", 1):
                RespOutput.Bulk(output, client.Name);
                break;
            case ("SETNAME", 2):
                client.Name = words[1];
                RespOutput.Simple(output, "OK");
                break;
            case ("SETINFO", 3):
                RespOutput.Simple(output, "OK");
                break;
            default:
                RespOutput.Error(output, "ERR unknown subcommand or wrong number of arguments; CLIENT takes ID, GETNAME, SETNAME or SETINFO");
                break;
        }
    }

    static void Select(IBufferWriter<byte> output, string index)
    {
        if (int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int database) && database < Databases)
            RespOutput.Simple(output, "OK");
        else
            RespOutput.Error(output, $"ERR DB index is out of range: 0 to {Databases - 1}");
    }

    string Info() => string.Create(CultureInfo.InvariantCulture, $"""
        # Server
        redis_version:{Version}
        redis_mode:standalone
        tcp_port:{port}
        # Clients
        connected_clients:{countClients()}
        # Replication
        role:master
        connected_slaves:0
        # Cluster
        cluster_enabled:0

        """).ReplaceLineEndings("\r\n");

    static void Reply(RespClient client, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        client.Send(output.WrittenSpan);
    }

    static string WrongNumber(string command) => $"ERR wrong number of arguments for '{command.ToLowerInvariant()}' command";

    static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    // Part of a line of the protocol: nothing in it may end the line.
    static string Shown(string command) => new([.. command.Take(64).Select(c => c is >= ' ' and <= '~' ? c : '?')]);
}
