using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Tests.Connections.WebSockets;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Connections;

public sealed class HeartbeatTests : IDisposable
{
    static readonly byte[] Ping = WebSocketFrames.Ping([]);
    static readonly Frame PingFrame = Frame.Control(Ping);

    readonly TimerWheel _wheel = new(NullLogger<TimerWheel>.Instance);
    readonly List<ScriptedClients> _clients = [];

    [Fact]
    public async Task A_client_is_pinged_at_the_interval()
    {
        var (heartbeat, _, transport) = Start(interval: 0.5, timeout: 0);
        var start = Environment.TickCount64;

        await Eventually.BecomesTrueAsync(() => transport.Writes.Count >= 3, "three pings");

        Assert.InRange(Environment.TickCount64 - start, 3 * 500 - 100, 30_000);
        Assert.All(transport.Writes, bytes => Assert.Equal(Ping, bytes));
        _wheel.Cancel(heartbeat);
    }

    [Fact]
    public async Task Any_byte_is_a_sign_of_life()
    {
        var (_, connection, transport) = Start(interval: 0.5, timeout: 1.5);
        // A message that never comes to its end, a byte for each ping.
        transport.Receive(ClientFrames.Binary(new byte[100])[..6]);
        transport.OnWrite = _ => transport.Receive([1]);
        var reading = ReadAsync(connection);

        await Eventually.BecomesTrueAsync(() => transport.Writes.Count >= 8, "pings for twice the timeout");

        Assert.Null(connection.Ending);
        connection.Close(CloseReason.Finished);
        await reading;
    }

    [Fact]
    public async Task A_client_that_reads_on_after_a_stall_lives()
    {
        var (_, connection, transport) = Start(interval: 0.5, timeout: 1.5);
        var start = Environment.TickCount64;
        while (Environment.TickCount64 - start < 3_500)
        {
            transport.TakeOnly(0);
            connection.Send(PingFrame);
            await Task.Delay(50);
            transport.MakeRoom();
        }

        Assert.Null(connection.Ending);
    }

    [Fact]
    public async Task Silence_after_a_ping_ends_the_connection()
    {
        var start = Environment.TickCount64;
        var (_, connection, transport) = Start(interval: 0.5, timeout: 0.5);

        await Eventually.BecomesTrueAsync(() => connection.Ending != null, "the end");

        Assert.Equal(CloseReason.PingTimeout, connection.Ending);
        Assert.InRange(Environment.TickCount64 - start, 1_000, 30_000);
        var goodbye = WebSocketFrames.Close(1011, "no answer to a ping within 0.5 s");
        await Eventually.BecomesTrueAsync(() => transport.Sent.AsSpan().EndsWith(goodbye), "the goodbye");
    }

    [Fact]
    public async Task A_client_that_is_not_listened_to_cannot_be_silent()
    {
        var (_, connection, transport) = Start(interval: 0.5, timeout: 0.5);
        var held = new TaskCompletionSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in connection.ReadAllAsync())
                await held.Task;
        });
        transport.Receive(ClientFrames.Text("work"));

        await Eventually.BecomesTrueAsync(() => transport.Writes.Count >= 6, "pings for several times the timeout");
        Assert.Null(connection.Ending);

        held.SetResult();
        await Eventually.BecomesTrueAsync(() => connection.Ending == CloseReason.PingTimeout, "the end of one that is listened to and says nothing");
        await reading;
    }

    [Fact]
    public async Task A_client_goes_when_the_token_expires_that_it_showed_later()
    {
        var (_, connection, _) = Start(interval: 0, timeout: 0);

        connection.Become(Identity.Open with { Expires = DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(300) });

        await Eventually.BecomesTrueAsync(() => connection.Ending == CloseReason.TokenExpired, "the end");
    }

    [Fact]
    public async Task A_client_goes_when_the_first_of_the_tokens_expires_that_it_depends_on()
    {
        var (_, connection, _) = Start(interval: 0, timeout: 0);
        var soon = Identity.Open with { Expires = DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(300) };
        var later = Identity.Open with { Expires = DateTimeOffset.UtcNow + TimeSpan.FromHours(1) };

        connection.DependOn([later, soon, Identity.Open]);

        await Eventually.BecomesTrueAsync(() => connection.Ending == CloseReason.TokenExpired, "the end");
    }

    [Fact]
    public async Task A_client_stays_when_a_token_expires_that_it_depends_on_no_more()
    {
        var (_, connection, transport) = Start(interval: 0.5, timeout: 0);
        connection.DependOn([Identity.Open with { Expires = DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(300) }]);
        connection.DependOn([]);

        await Eventually.BecomesTrueAsync(() => transport.Writes.Count >= 2, "pings after the token's end");

        Assert.Null(connection.Ending);
    }

    [Fact]
    public async Task An_ending_that_the_protocol_does_not_explain_has_1000_and_no_words()
    {
        using var clients = new ScriptedClients(webSocket: new() { PlainEndings = [CloseReason.Draining] });
        var (plain, plainTransport) = clients.Connect();
        var (explained, explainedTransport) = clients.Connect();

        plain.Close(CloseReason.Draining, "why");
        explained.Close(CloseReason.Kicked, "why");

        await Eventually.BecomesTrueAsync(() => plainTransport.Sent.AsSpan().SequenceEqual(WebSocketFrames.Close(1000, "")), "the plain goodbye");
        await Eventually.BecomesTrueAsync(() => explainedTransport.Sent.AsSpan().SequenceEqual(WebSocketFrames.Close(CloseReason.Kicked.Code(), "why")), "the other");
    }

    [Fact]
    public async Task A_timeout_of_zero_pings_and_never_ends()
    {
        var (_, connection, transport) = Start(interval: 0.5, timeout: 0);

        await Eventually.BecomesTrueAsync(() => transport.Writes.Count >= 4, "four pings");

        Assert.Null(connection.Ending);
    }

    [Fact]
    public void An_interval_of_zero_or_a_protocol_without_ping_sets_no_timer()
    {
        var (off, _, _) = Start(interval: 0, timeout: 0.5);
        Assert.Equal(0, off.DueTick);
        var (without, _, _) = Start(interval: 0.5, timeout: 0.5, ping: null);
        Assert.Equal(0, without.DueTick);
    }

    [Fact]
    public async Task Between_an_answer_and_the_next_ping_there_is_nothing_to_look_after()
    {
        var (heartbeat, connection, transport) = Start(interval: 2, timeout: 0.1);
        transport.OnWrite = Answer(transport);
        var reading = ReadAsync(connection);
        await Eventually.BecomesTrueAsync(() => transport.Writes.Count > 0, "a ping");

        await Eventually.BecomesTrueAsync(
            () => heartbeat.DueTick * 100 > Environment.TickCount64 + 1_000, "the timer to be set to the next ping");

        Assert.Null(connection.Ending);
        connection.Close(CloseReason.Finished);
        await reading;
    }

    [Fact]
    public async Task A_connection_that_does_not_come_to_its_end_is_cut()
    {
        var (_, connection, transport) = Start(interval: 0, timeout: 0);
        var start = Environment.TickCount64;

        connection.Close(CloseReason.Kicked);
        await Eventually.BecomesTrueAsync(() => transport.IsAborted, "the cut");

        Assert.InRange(Environment.TickCount64 - start, (2 * ConnectionSettings.GoodbyeTime.TotalMilliseconds) - 100, 30_000);
    }

    [Fact]
    public void A_ping_that_comes_due_just_when_the_connection_begins_to_end_does_not_cut_it()
    {
        var (heartbeat, connection, transport) = Start(interval: 30, timeout: 30);

        connection.Close(CloseReason.Draining);
        heartbeat.OnDue();

        Assert.False(transport.IsAborted);
    }

    public void Dispose()
    {
        _wheel.Dispose();
        _clients.ForEach(clients => clients.Dispose());
    }

    static Action<byte[]> Answer(ScriptedTransport transport) => bytes =>
    {
        if (bytes.AsSpan().SequenceEqual(Ping))
            transport.Receive(ClientFrames.Pong(""));
    };

    static async Task ReadAsync(WebSocketConnection connection)
    {
        await foreach (var _ in connection.ReadAllAsync())
            Assert.Fail("It says nothing.");
    }

    (Heartbeat, WebSocketConnection, ScriptedTransport) Start(double interval, double timeout) =>
        Start(interval, timeout, PingFrame);

    (Heartbeat, WebSocketConnection, ScriptedTransport) Start(double interval, double timeout, Frame? ping)
    {
        var settings = new WebSocketSettings
        {
            PingInterval = TimeSpan.FromSeconds(interval),
            PongTimeout = TimeSpan.FromSeconds(timeout),
        };
        var clients = new ScriptedClients(webSocket: settings);
        _clients.Add(clients);
        var (connection, transport) = clients.Connect();
        var heartbeat = new Heartbeat(connection, ping, settings, _wheel);
        connection.Heartbeat = heartbeat;
        heartbeat.Start();
        return (heartbeat, connection, transport);
    }
}
