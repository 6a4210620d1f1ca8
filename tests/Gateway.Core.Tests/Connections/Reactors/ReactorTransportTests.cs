using System.Net.Sockets;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Tests.Connections.Transports;
using Gateway.Testing;

namespace Gateway.Core.Tests.Connections.Reactors;

public class ReactorTransportTests : TransportTests, IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly ReactorFixture _fixture = new();
    ReactorSocket? _socket;

    public void Dispose()
    {
        _fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual bool ResumesAtOnce => false;

    private protected override ITransport Create(Socket socket, Action abort) => Create(socket, []);

    private protected override void Close(LoopbackPair pair) => _socket!.Dispose();

    [Fact]
    public async Task What_came_behind_the_handshake_is_read_first()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, "ear"u8.ToArray());
        await pair.Client.SendAsync("ly"u8.ToArray());
        var buffer = new byte[2];

        var received = new List<byte>();
        while (received.Count < 5)
        {
            Assert.Equal(0, await transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None));
            received.AddRange(buffer[..await transport.ReadAsync(buffer, CancellationToken.None)]);
        }

        Assert.Equal("early"u8.ToArray(), received);
    }

    [Fact]
    public async Task That_the_client_has_ended_is_known_without_reading_once_all_it_sent_has_been_read()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        await pair.Client.SendAsync(new byte[1]);
        Assert.Equal(0, await transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None));
        Assert.False(transport.ClientHasEnded);

        pair.Client.Close();
        Assert.False(transport.ClientHasEnded);

        Assert.Equal(1, await transport.ReadAsync(new byte[10], CancellationToken.None));
        await Eventually.BecomesTrueAsync(() => transport.ClientHasEnded, "the client's end to be known");
    }

    [Fact]
    public async Task A_read_without_a_token_ends_when_it_is_interrupted_and_so_does_every_later_one()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        var waiting = transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();

        transport.Interrupt();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(Limit));
        using var other = new CancellationTokenSource();
        var next = transport.ReadAsync(Memory<byte>.Empty, other.Token).AsTask();
        await pair.Client.SendAsync(new byte[1]);
        Assert.Equal(0, await next.WaitAsync(Limit));
    }

    [Fact]
    public async Task An_abort_resets_the_client_and_ends_a_read_that_waits()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        pair.Server.Dispose();
        var waiting = transport.ReadAsync(new byte[10], CancellationToken.None).AsTask();

        transport.Abort();

        await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Limit));
        var reset = await Assert.ThrowsAsync<SocketException>(() => pair.Client.ReceiveAsync(new byte[1]).WaitAsync(Limit));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task A_close_lets_all_that_was_sent_arrive_though_the_client_has_sent_what_nobody_reads()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        pair.Server.Dispose();
        await pair.Client.SendAsync(new byte[5_000]);
        Assert.True(transport.TrySend("bye"u8, out _));

        transport.Close();

        Assert.Equal("bye"u8.ToArray(), await pair.ReadSlowlyAsync(3));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]).WaitAsync(Limit));
        // Its own end ends the rest.
        pair.Client.Shutdown(SocketShutdown.Send);
        await Gateway.Testing.Eventually.BecomesTrueAsync(() => _socket!.IsClosed, "the socket to be closed");
    }

    [Fact]
    public async Task A_closed_connection_whose_client_does_not_end_is_closed_all_the_same()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);

        transport.Close();

        await Gateway.Testing.Eventually.BecomesTrueAsync(() => _socket!.IsClosed, "the socket to be closed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_is_not_listened_to_is_missed_when_it_goes(bool resets)
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        var gone = new TaskCompletionSource();
        await pair.Client.SendAsync(new byte[3_000]);
        transport.DiscardInput(() => gone.TrySetResult());
        await pair.Client.SendAsync(new byte[100_000]);
        Assert.False(gone.Task.IsCompleted);

        if (resets)
            pair.Reset();
        else
            pair.Client.Shutdown(SocketShutdown.Send);

        await gone.Task.WaitAsync(Limit);
    }

    private protected ReactorTransport Create(Socket socket, byte[] early)
    {
        _socket = _fixture.Socket(socket);
        var transport = new ReactorTransport(_socket, early) { ResumesAtOnce = ResumesAtOnce };
        _socket.Handler = transport;
        _fixture.Reactor.Add(_socket);
        return transport;
    }
}
