using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Tests.Connections.Transports;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Core.Tests.Connections.Reactors;

public sealed class ReactorOutputTests : DirectOutputTests, IDisposable
{
    readonly ReactorFixture _fixture = new();
    ReactorSocket? _socket;

    public void Dispose() => _fixture.Dispose();

    private protected override DirectOutput Create(LoopbackPair pair, ConnectionContext connection)
    {
        _socket = _fixture.Socket(pair.Server);
        var output = new ReactorOutput(_socket, connection);
        _socket.Handler = new Room(output);
        _fixture.Reactor.Add(_socket);
        return output;
    }

    private protected override void Close(LoopbackPair pair) => _socket!.Dispose();

    [Fact]
    public async Task What_is_written_after_the_connection_has_left_goes_nowhere()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = (ReactorOutput)Create(pair, connection);
        await output.WriteAsync("before "u8.ToArray());

        output.Detach();
        Assert.False((await output.WriteAsync("between"u8.ToArray())).IsCompleted);
        await output.CompleteAsync();
        pair.Server.Send("after"u8);

        Assert.Equal("before after"u8.ToArray(), await pair.ReadSlowlyAsync(12));
    }

    sealed class Room(ReactorOutput output) : IReactorHandler
    {
        public void OnChange(bool readable, bool ended, bool writable)
        {
            if (writable)
                output.OnRoom();
        }
    }
}
