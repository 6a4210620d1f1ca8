using System.Globalization;
using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>A request whose body is sent piece by piece.</summary>
public sealed class LiveProducer : IAsyncDisposable
{
    readonly WireClient _client;

    LiveProducer(WireClient client, HttpReply head) => (_client, Head) = (client, head);

    /// <summary>The head of the answer; with PATCH, which answers at the end, a stand-in.</summary>
    public HttpReply Head { get; private set; }

    public static async Task<LiveProducer> BeginAsync(Uri address, string method, string target, params (string Name, string? Value)[] headers)
    {
        var client = await WireClient.ConnectAsync(address);
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n");
        foreach (var (name, value) in headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await client.SendAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        var reply = method == "POST"
            ? await client.ReadReplyAsync(toHead: true)
            : new HttpReply { Status = 0, Reason = "", Headers = Array.Empty<string>().ToLookup(name => name) };
        return new LiveProducer(client, reply);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(ReadOnlySpan<byte> piece)
    {
        byte[] size = Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n");
        return _client.SendAsync((byte[])[.. size, .. piece, (byte)'\r', (byte)'\n']);
    }

    /// <summary>Sends what is no chunk.</summary>
    public Task SendRawAsync(string ascii) => _client.SendAsync(ascii);

    /// <summary>Ends the body, and reads the answer to its end.</summary>
    public async Task FinishAsync()
    {
        await _client.SendAsync("0\r\n\r\n");
        Assert.Empty(await _client.ReadChunkAsync());
    }

    /// <summary>Ends the body, and reads an answer that has not begun.</summary>
    public async Task<HttpReply> FinishWithReplyAsync()
    {
        await _client.SendAsync("0\r\n\r\n");
        return await ReadReplyAsync();
    }

    public Task<HttpReply> ReadReplyAsync() => _client.ReadReplyAsync();

    /// <summary>What still comes, and how the gateway ends the connection.</summary>
    public Task<(byte[] Bytes, WireEnd End)> ReadToEndAsync() => _client.ReadToEndAsync();

    /// <summary>Vanishes.</summary>
    public void Reset() => _client.Reset();

    /// <summary>Goes without ending the body.</summary>
    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
