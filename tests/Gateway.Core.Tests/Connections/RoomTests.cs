using Gateway.Core.Connections;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tests.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections;

public class RoomTests
{
    [Fact]
    public async Task There_is_room_until_a_quarter_of_the_cap_waits_and_again_when_it_has_gone()
    {
        using var clients = new ScriptedClients(queueBytes: 400);
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        while (connection.QueuedBytes <= 100)
            Assert.True(connection.TrySend(Filled(30)));

        Assert.False(connection.TrySend(Filled(30)));
        var room = connection.WhenRoomAsync(Filled(30), CancellationToken.None).AsTask();
        await clients.SettleAsync();
        Assert.False(room.IsCompleted);
        transport.MakeRoom();
        await room;

        Assert.True(connection.TrySend(Filled(30)));
        Assert.Null(connection.Ending);
        Assert.Equal(default, clients.Metrics.Dropped(DropReason.SlowConsumer));
    }

    [Fact]
    public async Task A_frame_that_would_exceed_the_cap_waits_until_nothing_waits_before_it()
    {
        using var clients = new ScriptedClients(queueBytes: 400);
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        Assert.True(connection.TrySend(Filled(30)));

        Assert.False(connection.TrySend(Filled(500)));
        var room = connection.WhenRoomAsync(Filled(500), CancellationToken.None).AsTask();
        transport.MakeRoom(10);
        await clients.SettleAsync();
        Assert.False(room.IsCompleted);
        transport.MakeRoom();
        await room;

        Assert.True(connection.TrySend(Filled(500)));
    }

    [Fact]
    public async Task Who_waits_for_room_is_let_go_when_the_connection_ends()
    {
        using var clients = new ScriptedClients(queueBytes: 400);
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        connection.TrySend(Filled(200));
        var room = connection.WhenRoomAsync(Filled(200), CancellationToken.None).AsTask();

        connection.Abort();

        await room;
        Assert.False(connection.TrySend(Filled(30)));
    }

    [Fact]
    public async Task A_wait_for_room_can_be_given_up()
    {
        using var clients = new ScriptedClients(queueBytes: 400);
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        connection.TrySend(Filled(200));
        using var patience = new CancellationTokenSource();
        var room = connection.WhenRoomAsync(Filled(200), patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
    }

    [Fact]
    public async Task A_module_closes_with_a_code_of_its_own()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();

        connection.Close(CloseReason.ProtocolError, new WebSocketClose(3003, "not like that"));
        connection.Close(CloseReason.ProtocolError, new WebSocketClose(3004, "too late"));
        await clients.SettleAsync();

        Assert.Equal(WebSocketFrames.Close(3003, "not like that"), transport.Sent);
        Assert.Equal(CloseReason.ProtocolError, connection.Ending);
    }

    [Fact]
    public async Task A_message_over_the_limit_closes_with_the_code_that_the_module_gave()
    {
        using var clients = new ScriptedClients(webSocket: new() { MaxMessageBytes = 10, MessageTooLarge = new(3001, "too much") });
        var (connection, transport) = clients.Connect();
        transport.Receive(ClientFrames.Text(new string('x', 11)));

        await foreach (var _ in connection.ReadAllAsync())
        {
        }
        await clients.SettleAsync();

        Assert.Equal(WebSocketFrames.Close(3001, "too much"), transport.Sent);
        Assert.Equal(CloseReason.MessageTooLarge, connection.Ending);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(2999)]
    [InlineData(5000)]
    public void A_code_that_is_not_for_applications_is_refused(ushort code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketClose(code, ""));

    static Frame Filled(int bytes) => Frame.Text(new byte[bytes - 2 - (bytes > 127 ? 2 : 0)]);
}
