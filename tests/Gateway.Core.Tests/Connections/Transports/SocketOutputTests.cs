using System.Net.Sockets;
using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Core.Tests.Connections.Transports;

public sealed class SocketOutputTests : DirectOutputTests
{
    private protected override DirectOutput Create(LoopbackPair pair, ConnectionContext connection)
    {
        pair.Server.Blocking = false;
        return new SocketOutput(pair.Server, connection);
    }

    [Fact]
    public async Task The_middleware_gives_a_socket_connection_this_output()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var transport = connection.Transport;
        connection.Features.Set<IConnectionSocketFeature>(new SocketFeature(pair.Server));

        await SocketOutput.Use(_ => Task.CompletedTask)(connection);

        Assert.IsType<SocketOutput>(connection.Transport.Output);
        Assert.Same(transport.Input, connection.Transport.Input);
        Assert.Same(pair.Server, connection.Features.Get<ISocketOutputFeature>()!.Socket);
        Assert.False(pair.Server.Blocking);
    }

    [Fact]
    public async Task The_middleware_leaves_a_connection_without_a_socket_as_it_is()
    {
        await using var connection = new StubConnection();
        var transport = connection.Transport;

        await SocketOutput.Use(_ => Task.CompletedTask)(connection);

        Assert.Same(transport, connection.Transport);
        Assert.Null(connection.Features.Get<ISocketOutputFeature>());
    }

    sealed record SocketFeature(Socket Socket) : IConnectionSocketFeature;
}
