using System.Text;
using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>A client of an operation that goes on. Whatever comes is heard at once.</summary>
sealed class LiveClient : IAsyncDisposable
{
    readonly WireClient _wire;
    readonly StringBuilder _heard = new();
    readonly Task _listening;

    LiveClient(WireClient wire, LiveOperation operation)
    {
        _wire = wire;
        _listening = operation.IsWebSocket ? ListenToMessagesAsync() : ListenToBodyAsync();
    }

    /// <summary>Everything heard until now.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

    /// <summary>Whether the gateway has ended the connection.</summary>
    public bool HasEnded => _listening.IsCompleted;

    /// <summary>The Close of a WebSocket, once it has come.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>Opens one, with a token that must be good.</summary>
    public static async Task<LiveClient> OpenAsync(Teams teams, Team team, Way way, string token, LiveOperation operation)
    {
        var wire = await teams.ConnectAsync();
        var reply = await AskAsync(wire, team, way, operation.First.Length == 0 ? token : null, operation);
        Assert.True(reply.Status is 101 or 200, $"{operation}: {reply}");
        foreach (string message in operation.First)
        {
            await wire.SendTextAsync(message.Replace("{token}", token, StringComparison.Ordinal));
            string answer = (await wire.ReadMessageAsync()).Text;
            Assert.True(answer.Contains("\"ok\"", StringComparison.Ordinal) || answer.Contains(":200", StringComparison.Ordinal), $"{operation}: {answer}");
        }
        return new LiveClient(wire, operation);
    }

    /// <summary>How one with a token that should not be good is refused: the status, and what is answered to the first message.</summary>
    public static async Task<string> RefusalAsync(Teams teams, Team team, Way way, string token, LiveOperation operation)
    {
        await using var wire = await teams.ConnectAsync();
        var reply = await AskAsync(wire, team, way, operation.First.Length == 0 ? token : null, operation);
        if (reply.Status != 101 || operation.First.Length == 0)
            return $"{reply.Status}";
        await wire.SendTextAsync(operation.First[0].Replace("{token}", token, StringComparison.Ordinal));
        return (await wire.ReadMessageAsync()).Text;
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    static async Task<HttpReply> AskAsync(WireClient wire, Team team, Way way, string? token, LiveOperation operation)
    {
        string target = Teams.Target(team, way, operation.Target);
        var headers = Teams.Headers(team, way, token);
        if (operation.IsWebSocket)
            return await wire.UpgradeAsync(target, headers);
        string host = way == Way.Path ? "Host: localhost\r\n" : "";
        string lines = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        await wire.SendAsync($"GET {target} HTTP/1.1\r\n{host}{lines}{(operation.AsEvents ? "Accept: text/event-stream\r\n" : "")}\r\n");
        return await wire.ReadReplyAsync(toHead: true);
    }

    async Task ListenToMessagesAsync()
    {
        var frame = await _wire.ReadMessageAsync(Timeout.InfiniteTimeSpan);
        for (; frame.Opcode is WireOpcode.Text or WireOpcode.Binary; frame = await _wire.ReadMessageAsync(Timeout.InfiniteTimeSpan))
            Hear(frame.Payload);
        CloseCode = frame.CloseCode;
    }

    async Task ListenToBodyAsync()
    {
        try
        {
            byte[] chunk = await _wire.ReadChunkAsync(Timeout.InfiniteTimeSpan);
            for (; chunk.Length > 0; chunk = await _wire.ReadChunkAsync(Timeout.InfiniteTimeSpan))
                Hear(chunk);
        }
        catch (EndOfStreamException)
        {
            // The body was cut, as what goes on cannot end properly.
        }
    }

    void Hear(byte[] bytes)
    {
        lock (_heard)
            _heard.Append(Encoding.UTF8.GetString(bytes));
    }
}
