using System.Buffers;

namespace Gateway.Core.Redis.Embedded;

/// <summary>
/// Who has subscribed to what. One lock gives all subscribers the same order; under it, bytes are put into buffers and
/// nothing waits. Names are bytes, held as Latin-1 text.
/// </summary>
sealed class EmbeddedTopics
{
    readonly Lock _gate = new();
    readonly Dictionary<string, HashSet<RespClient>> _names = [];
    readonly Dictionary<string, HashSet<RespClient>> _patterns = [];
    int _count;
    long _bytes;

    public int PatternCount
    {
        get
        {
            lock (_gate)
                return _patterns.Count;
        }
    }

    public List<string> Names(string? pattern)
    {
        lock (_gate)
            return [.. _names.Keys.Where(name => pattern == null || GlobPattern.Matches(pattern, name))];
    }

    public int CountSubscribers(string name)
    {
        lock (_gate)
            return _names.TryGetValue(name, out var clients) ? clients.Count : 0;
    }

    /// <summary>False where all clients together have as many subscriptions as there may be.</summary>
    public bool TrySubscribe(RespClient client, string name, bool isPattern)
    {
        lock (_gate)
        {
            var own = client.SubscriptionsOf(isPattern);
            if (!own.Contains(name))
            {
                if (_count == RespLimits.Subscriptions || _bytes + name.Length > RespLimits.SubscriptionBytes)
                    return false;
                _count++;
                _bytes += name.Length;
                own.Add(name);
                var table = isPattern ? _patterns : _names;
                if (!table.TryGetValue(name, out var clients))
                    table[name] = clients = [];
                clients.Add(client);
            }
            Acknowledge(client, isPattern ? "psubscribe" : "subscribe", name);
            return true;
        }
    }

    /// <summary>Ends some subscriptions of a client, or all of them.</summary>
    public void Unsubscribe(RespClient client, IReadOnlyList<string> names, bool isPattern)
    {
        string word = isPattern ? "punsubscribe" : "unsubscribe";
        lock (_gate)
        {
            var own = client.SubscriptionsOf(isPattern);
            IReadOnlyList<string> ending = names.Count > 0 ? names : [.. own];
            if (ending.Count == 0)
                Acknowledge(client, word, null);
            foreach (string name in ending)
            {
                Remove(client, own, name, isPattern);
                Acknowledge(client, word, name);
            }
        }
    }

    public void Forget(RespClient client)
    {
        lock (_gate)
        {
            foreach (bool isPattern in new[] { false, true })
            {
                var own = client.SubscriptionsOf(isPattern);
                foreach (string name in own.ToList())
                    Remove(client, own, name, isPattern);
            }
        }
    }

    /// <summary>Gives a message to every subscriber, encoded once for each version of the protocol.</summary>
    /// <returns>How many that were.</returns>
    public int Publish(string name, byte[] payload)
    {
        int receivers = 0;
        lock (_gate)
        {
            if (_names.TryGetValue(name, out var clients))
                receivers += Send(clients, version => Message(version, null, name, payload));
            foreach (var (pattern, subscribed) in _patterns)
            {
                if (GlobPattern.Matches(pattern, name))
                    receivers += Send(subscribed, version => Message(version, pattern, name, payload));
            }
        }
        return receivers;
    }

    static int Send(HashSet<RespClient> clients, Func<int, byte[]> encode)
    {
        byte[]? second = null, third = null;
        foreach (var client in clients)
            client.Send(client.Version < 3 ? second ??= encode(2) : third ??= encode(3));
        return clients.Count;
    }

    static byte[] Message(int version, string? pattern, string name, byte[] payload)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 128);
        RespOutput.Push(output, pattern == null ? 3 : 4, version);
        RespOutput.Bulk(output, pattern == null ? "message" : "pmessage");
        if (pattern != null)
            RespOutput.Bulk(output, pattern);
        RespOutput.Bulk(output, name);
        RespOutput.Bulk(output, payload);
        return output.WrittenSpan.ToArray();
    }

    void Remove(RespClient client, HashSet<string> own, string name, bool isPattern)
    {
        if (!own.Remove(name))
            return;
        _count--;
        _bytes -= name.Length;
        var table = isPattern ? _patterns : _names;
        table[name].Remove(client);
        if (table[name].Count == 0)
            table.Remove(name);
    }

    static void Acknowledge(RespClient client, string word, string? name)
    {
        var output = new ArrayBufferWriter<byte>();
        RespOutput.Push(output, 3, client.Version);
        RespOutput.Bulk(output, word);
        if (name == null)
            RespOutput.Null(output, client.Version);
        else
            RespOutput.Bulk(output, name);
        RespOutput.Number(output, client.SubscriptionCount);
        client.Send(output.WrittenSpan);
    }
}
