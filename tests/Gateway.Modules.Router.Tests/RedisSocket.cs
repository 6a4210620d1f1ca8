using System.Net.Sockets;
using System.Text;

namespace Gateway.Modules.Router.Tests;

/// <summary>Publishes as the simplest program would: by a socket.</summary>
sealed class RedisSocket : IDisposable
{
    readonly TcpClient _client = new();
    StreamReader? _reader;

    public static async Task<RedisSocket> ConnectAsync(string address)
    {
        var socket = new RedisSocket();
        var url = new Uri(address);
        await socket._client.ConnectAsync(url.Host, url.Port);
        socket._reader = new StreamReader(socket._client.GetStream());
        return socket;
    }

    /// <summary>Sends a command of plain words; returns the first line of the answer.</summary>
    public async Task<string?> AskAsync(string command)
    {
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"));
        return await _reader!.ReadLineAsync();
    }

    /// <summary>Publishes; returns the line of the answer.</summary>
    public async Task<string?> PublishAsync(string name, string payload)
    {
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
            $"*3\r\n$7\r\nPUBLISH\r\n${Encoding.UTF8.GetByteCount(name)}\r\n{name}\r\n${Encoding.UTF8.GetByteCount(payload)}\r\n{payload}\r\n"));
        return await _reader!.ReadLineAsync();
    }

    public void Dispose() => _client.Dispose();
}
