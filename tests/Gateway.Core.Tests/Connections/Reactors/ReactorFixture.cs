using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Tests.Connections.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Connections.Reactors;

/// <summary>A reactor, and connections that it waits for.</summary>
sealed class ReactorFixture : IDisposable
{
    readonly TimerWheel _wheel = new(NullLogger<TimerWheel>.Instance);
    readonly System.Buffers.MemoryPool<byte> _memory = System.Buffers.MemoryPool<byte>.Shared;

    public ReactorFixture() => Reactor = new(0, _wheel, NullLogger<Reactor>.Instance);

    public Reactor Reactor { get; }

    /// <summary>A connection of the web server's over the gateway's end of a pair, which stays open beside it.</summary>
    public (ReactorConnection Connection, ReactorSocket Socket) Connect(LoopbackPair pair)
    {
        var socket = Socket(pair.Server);
        var connection = new ReactorConnection(socket, pair.Server.RemoteEndPoint, _memory);
        socket.Handler = connection;
        Reactor.Add(socket);
        return (connection, socket);
    }

    /// <summary>The gateway's end of a pair by a number of its own.</summary>
    public ReactorSocket Socket(Socket socket) => new(Reactor, Duplicate(socket.SafeHandle));

    public ReactorListener Listen(EndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(address);
        socket.Listen();
        return new([Reactor], socket, _memory, NullLogger.Instance);
    }

    public void Dispose()
    {
        Reactor.Dispose();
        _wheel.Dispose();
    }

    public static async Task<ConnectionContext> AcceptAsync(ReactorListener listener) =>
        await listener.AcceptAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException("No longer listened on.");

    [DllImport("libc", EntryPoint = "dup")]
    static extern int Duplicate(SafeHandle descriptor);
}
