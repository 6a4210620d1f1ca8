using System.Net.Sockets;
using Gateway.Core.Connections.Transports;
using Gateway.Testing;

namespace Gateway.Core.Tests.Connections.Transports;

/// <summary>What holds for every transport, over a real connection.</summary>
public abstract class TransportTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private protected abstract ITransport Create(Socket socket, Action abort);

    /// <summary>Closes the gateway's end under the transport.</summary>
    private protected virtual void Close(LoopbackPair pair) => pair.Server.Dispose();

    [Fact]
    public async Task A_slow_reader_gets_every_byte_in_order_and_each_blocking_ends_once()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        var told = 0;
        var writable = new SemaphoreSlim(0);
        transport.Writable = () =>
        {
            Interlocked.Increment(ref told);
            writable.Release();
        };
        var sent = LoopbackPair.Noise(4_000_000);
        var reading = pair.ReadSlowlyAsync(sent.Length);

        var blocked = 0;
        for (var offset = 0; offset < sent.Length;)
        {
            var length = Math.Min(1 + (offset * 7 % 100_000), sent.Length - offset);
            if (!transport.TrySend(sent.AsSpan(offset, length), out var taken))
            {
                blocked++;
                Assert.True(await writable.WaitAsync(Limit), "It never became writable again.");
            }
            else
            {
                Assert.Equal(length, taken);
            }
            offset += taken;
        }

        Assert.Equal(sent, await reading.WaitAsync(Limit));
        Assert.True(blocked > 0);
        Assert.Equal(blocked, told);
    }

    [Fact]
    public async Task What_the_client_sends_is_read_and_its_end_is_zero()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        var buffer = new byte[100];

        var waiting = transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
        await pair.Client.SendAsync("hello"u8.ToArray());
        Assert.Equal(0, await waiting);
        Assert.Equal(5, await transport.ReadAsync(buffer, CancellationToken.None));
        pair.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await transport.ReadAsync(buffer, CancellationToken.None));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
    }

    [Fact]
    public async Task A_reset_client_is_an_io_exception_at_the_next_send()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        var writable = new SemaphoreSlim(0);
        transport.Writable = () => writable.Release();

        pair.Reset();

        await AssertFailsAsync(transport, writable);
    }

    [Fact]
    public async Task A_client_that_is_reset_while_blocked_makes_it_writable_to_say_so()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        var writable = new SemaphoreSlim(0);
        transport.Writable = () => writable.Release();
        while (transport.TrySend(new byte[65_536], out _))
        {
        }

        pair.Reset();

        Assert.True(await writable.WaitAsync(Limit));
        await AssertFailsAsync(transport, writable);
    }

    [Fact]
    public async Task A_closed_socket_is_an_io_exception_too()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        Close(pair);

        Assert.Throws<IOException>(() => transport.TrySend(new byte[10], out _));
        transport.EndSending();
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_its_token_is_cancelled_and_the_next_one_goes_on()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        using var cancellation = new CancellationTokenSource();
        var waiting = transport.ReadAsync(Memory<byte>.Empty, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
        using var later = new CancellationTokenSource();
        var next = transport.ReadAsync(new byte[100], later.Token).AsTask();
        await pair.Client.SendAsync("late"u8.ToArray());
        Assert.Equal(4, await next.WaitAsync(Limit));
    }

    [Fact]
    public async Task Every_byte_of_a_client_that_sends_in_pieces_is_read_in_order()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        var sent = LoopbackPair.Noise(3_000_000);
        var sending = Task.Run(async () =>
        {
            for (int offset = 0, length; offset < sent.Length; offset += length)
            {
                length = Math.Min(1 + (offset * 7 % 50_000), sent.Length - offset);
                await pair.Client.SendAsync(sent.AsMemory(offset, length));
            }
            pair.Client.Shutdown(SocketShutdown.Send);
        });

        var received = new List<byte>();
        var buffer = new byte[16_384];
        while (true)
        {
            await transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(Limit);
            if (await transport.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Limit) is not (> 0 and var read))
                break;
            received.AddRange(buffer.AsSpan(0, read));
        }

        await sending;
        Assert.Equal(sent, received);
    }

    // The first sends may still go into the kernel's buffer.
    static Task AssertFailsAsync(ITransport transport, SemaphoreSlim writable) => Eventually.BecomesTrueAsync(async () =>
    {
        try
        {
            if (!transport.TrySend(new byte[1_000], out _))
                Assert.True(await writable.WaitAsync(Limit));
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }, "the send to fail");
}

public sealed class SocketTransportTests : TransportTests
{
    private protected override ITransport Create(Socket socket, Action abort)
    {
        // A stream wants a socket that blocks; the web server's does not mind.
        var stream = new NetworkStream(socket);
        socket.Blocking = false;
        return new SocketTransport(socket, stream, abort);
    }

    [Fact]
    public async Task Aborting_is_the_owners_business()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var aborted = 0;
        Create(pair.Server, () => aborted++).Abort();
        Assert.Equal(1, aborted);
    }

    [Fact]
    public async Task The_client_sees_the_end_of_sending()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, () => { });
        Assert.True(transport.TrySend("bye"u8, out _));

        transport.EndSending();

        Assert.Equal("bye"u8.ToArray(), await pair.ReadSlowlyAsync(3));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]));
    }
}

public sealed class StreamTransportTests : TransportTests
{
    private protected override ITransport Create(Socket socket, Action abort) =>
        new StreamTransport(new NetworkStream(socket), abort);

    [Fact]
    public async Task Aborting_is_the_owners_business()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var aborted = 0;
        Create(pair.Server, () => aborted++).Abort();
        Assert.Equal(1, aborted);
    }
}
