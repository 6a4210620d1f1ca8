using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>A GET whose body is read piece by piece.</summary>
public sealed class LiveConsumer : IAsyncDisposable
{
    readonly WireClient _client;
    readonly MemoryStream _read = new();

    LiveConsumer(WireClient client, HttpReply head) => (_client, Head) = (client, head);

    public HttpReply Head { get; }

    /// <summary>What has been read of the body.</summary>
    public string Text => Encoding.UTF8.GetString(_read.ToArray());

    public static async Task<LiveConsumer> BeginAsync(Uri address, string target, params (string Name, string? Value)[] headers)
    {
        var client = await WireClient.ConnectAsync(address);
        var head = new StringBuilder($"GET {target} HTTP/1.1\r\nHost: localhost\r\n");
        foreach (var (name, value) in headers)
            head.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await client.SendAsync(head.Append("\r\n").ToString());
        return new LiveConsumer(client, await client.ReadReplyAsync(toHead: true));
    }

    /// <summary>Reads until the body, from its beginning, has this text.</summary>
    public async Task HasReadAsync(string text)
    {
        while (_read.Length < Encoding.UTF8.GetByteCount(text) && await ReadChunkAsync())
        {
        }
        Assert.Equal(text, Text);
    }

    /// <summary>Reads the next chunk; false at the body's end.</summary>
    public async Task<bool> ReadChunkAsync()
    {
        byte[] chunk = await _client.ReadChunkAsync();
        _read.Write(chunk);
        return chunk.Length > 0;
    }

    /// <summary>Reads to the body's end; false if the connection ends before the body does.</summary>
    public async Task<bool> ReadsToCleanEndAsync()
    {
        try
        {
            while (await ReadChunkAsync())
            {
            }
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
