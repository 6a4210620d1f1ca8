using System.Buffers;
using System.IO.Pipelines;
using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Tests.Connections.Transports;

/// <summary>What holds for every output that sends when it is flushed, over a real connection.</summary>
public abstract class DirectOutputTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private protected abstract DirectOutput Create(LoopbackPair pair, ConnectionContext connection);

    /// <summary>Closes the gateway's end under the output.</summary>
    private protected virtual void Close(LoopbackPair pair) => pair.Server.Dispose();

    [Fact]
    public async Task What_is_flushed_is_on_the_wire_and_sends_on_the_socket_come_after_it()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);

        "answer "u8.CopyTo(output.GetSpan(7));
        output.Advance(7);
        Assert.Equal(7, output.UnflushedBytes);
        var flush = await output.FlushAsync();
        pair.Server.Send("message"u8);

        Assert.False(flush.IsCompleted);
        Assert.Equal(0, output.UnflushedBytes);
        Assert.Equal("answer message"u8.ToArray(), await pair.ReadSlowlyAsync(14));
    }

    [Fact]
    public async Task Large_writes_reach_a_slow_reader_intact()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);
        var sent = LoopbackPair.Noise(4_000_000);
        var reading = pair.ReadSlowlyAsync(sent.Length);

        for (int offset = 0, length; offset < sent.Length; offset += length)
        {
            length = Math.Min(1 + (offset * 7 % 200_000), sent.Length - offset);
            output.Write(sent.AsSpan(offset, length / 2));
            output.Write(sent.AsSpan(offset + (length / 2), length - (length / 2)));
            Assert.False((await output.FlushAsync()).IsCompleted);
        }

        Assert.Equal(sent, await reading.WaitAsync(Limit));
        Assert.False(connection.IsAborted);
    }

    [Fact]
    public async Task A_reset_client_completes_the_flush_and_aborts_the_connection()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);
        pair.Reset();

        FlushResult flush;
        do
            flush = await output.WriteAsync(new byte[1_000]);
        while (!flush.IsCompleted);

        Assert.True(connection.IsAborted);
        Assert.Equal(0, output.UnflushedBytes);
        Assert.True((await output.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task A_client_that_is_reset_while_a_flush_waits_completes_it()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);
        var flushing = output.WriteAsync(new byte[4_000_000]);
        Assert.False(flushing.IsCompleted);

        pair.Reset();

        Assert.True((await flushing.AsTask().WaitAsync(Limit)).IsCompleted);
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task A_flush_that_is_cancelled_ends_the_connection_since_nobody_knows_what_has_left()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);
        var flushing = output.WriteAsync(new byte[4_000_000]);
        Assert.False(flushing.IsCompleted);

        output.CancelPendingFlush();

        Assert.True((await flushing.AsTask().WaitAsync(Limit)).IsCompleted);
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task A_closed_socket_completes_the_flush()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);
        Close(pair);

        Assert.True((await output.WriteAsync(new byte[10])).IsCompleted);
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task Completing_while_a_flush_waits_leaves_its_bytes_alone()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        await using var connection = new StubConnection();
        var output = Create(pair, connection);
        var sent = LoopbackPair.Noise(500_000);
        var flushing = output.WriteAsync(sent);
        Assert.False(flushing.IsCompleted);

        output.Complete();
        // Whoever rents an array next would overwrite bytes that are still being sent.
        var rented = Enumerable.Range(0, 20).Select(_ => ArrayPool<byte>.Shared.Rent(sent.Length)).ToList();
        foreach (var array in rented)
            Array.Fill(array, (byte)0);
        var received = await pair.ReadSlowlyAsync(sent.Length).WaitAsync(Limit);

        Assert.Equal(sent, received);
        Assert.True((await flushing.AsTask().WaitAsync(Limit)).IsCompleted);
    }

    private protected sealed class StubConnection : ConnectionContext
    {
        public bool IsAborted { get; private set; }

        public override string ConnectionId { get; set; } = "stub";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; } = new Pipes();

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }

    sealed class Pipes : IDuplexPipe
    {
        readonly Pipe _pipe = new();

        public PipeReader Input => _pipe.Reader;

        public PipeWriter Output => _pipe.Writer;
    }
}
