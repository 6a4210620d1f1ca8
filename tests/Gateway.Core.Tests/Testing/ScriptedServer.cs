using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Core.Tests.Testing;

/// <summary>Accepts one connection and does to it what a test says: what no well-behaved server would.</summary>
sealed class ScriptedServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Task _script;

    ScriptedServer(Func<Socket, Task> script)
    {
        _listener.Start();
        _script = RunAsync(script);
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public static ScriptedServer Start(Func<Socket, Task> script) => new(script);

    public static ScriptedServer Sending(string latin1) => Sending(Encoding.Latin1.GetBytes(latin1));

    public static ScriptedServer Sending(params byte[] bytes) => new(socket => socket.SendAsync(bytes));

    public async ValueTask DisposeAsync()
    {
        await _script;
        _listener.Dispose();
    }

    async Task RunAsync(Func<Socket, Task> script)
    {
        using var socket = await _listener.AcceptSocketAsync();
        await script(socket);
        if (socket.Connected)
            socket.Shutdown(SocketShutdown.Send);
    }
}
