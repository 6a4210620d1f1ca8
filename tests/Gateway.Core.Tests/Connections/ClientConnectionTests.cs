using System.Diagnostics;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tests.Connections.WebSockets;
using Gateway.Testing;

namespace Gateway.Core.Tests.Connections;

public class ClientConnectionTests
{
    static readonly byte[] TooSlow = WebSocketFrames.Close(1013, "the client reads too slowly");

    [Fact]
    public async Task All_that_waits_is_joined_into_one_write_in_order()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        using (await Stall.OfAsync(clients.Loops[0]))
        {
            for (var i = 0; i < 100; i++)
                Assert.True(connection.Send(Numbered.Frame(i)));
            Assert.Equal(100 * Numbered.FrameBytes, connection.QueuedBytes);
        }

        await clients.SettleAsync();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), Numbered.Read(Assert.Single(transport.Writes)));
        Assert.Equal(new FrameCount(100, 100 * Numbered.FrameBytes), clients.Metrics.Delivered);
        Assert.Equal(0, connection.QueuedBytes);
    }

    [Fact]
    public async Task What_does_not_fit_into_one_write_follows_in_the_next()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        var frames = new[] { Filled(1, 50_000), Filled(2, 50_000), Filled(3, 200_000) };
        using (await Stall.OfAsync(clients.Loops[0]))
        {
            foreach (var frame in frames)
                connection.Send(frame);
        }

        await clients.SettleAsync();

        Assert.Equal([65_536, 65_536, 65_536, 65_536, 37_874], transport.Writes.Select(bytes => bytes.Length));
        Assert.Equal(Wire(frames), transport.Sent);
    }

    [Fact]
    public async Task A_transport_that_takes_a_few_bytes_at_a_time_gets_every_byte_in_order()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        var random = new Random(1);
        transport.TakeOnly(0);
        for (var i = 0; i < 200; i++)
            connection.Send(Numbered.Frame(i));
        while (connection.QueuedBytes > 0)
        {
            transport.MakeRoom(random.Next(30));
            await clients.SettleAsync();
        }

        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), Numbered.Read(transport.Sent));
        Assert.Equal(200, clients.Metrics.Delivered.Frames);
        Assert.False(transport.WasSentToWhileBlocked);
    }

    [Fact]
    public async Task A_transport_that_is_writable_again_before_its_send_returns_gets_the_rest()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.UnblocksAtOnce = true;
        transport.TakeOnly(3);

        connection.Send(Numbered.Frame(1));
        connection.Send(Numbered.Frame(2));

        await ScriptedClients.SentAsync(transport, 2 * Numbered.FrameBytes);
        Assert.Equal([1, 2], Numbered.Read(transport.Sent));
    }

    [Fact]
    public async Task A_batch_goes_out_at_once_where_nothing_waits_and_else_behind_what_does()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        Frame[] batch = [Numbered.Frame(1), Numbered.Frame(2), Numbered.Frame(3)];

        Assert.Equal(new(3, 3 * Numbered.FrameBytes), connection.Deliver(batch, Wire(batch)));
        transport.TakeOnly(Numbered.FrameBytes + 4);
        Assert.Equal(new(1, Numbered.FrameBytes), connection.Deliver(batch, Wire(batch)));
        Assert.Equal((2 * Numbered.FrameBytes) - 4, connection.QueuedBytes);
        Assert.Equal(default, connection.Deliver(batch, Wire(batch)));
        transport.MakeRoom();

        await ScriptedClients.SentAsync(transport, 9 * Numbered.FrameBytes);
        await clients.SettleAsync();
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3], Numbered.Read(transport.Sent));
        // The topic counts what Deliver returned, the connection the rest.
        Assert.Equal(5, clients.Metrics.Delivered.Frames);
    }

    [Fact]
    public async Task A_full_queue_disconnects_with_the_rest_of_the_frame_on_the_wire_and_the_reason()
    {
        using var clients = new ScriptedClients(queueBytes: 100);
        var (connection, transport) = clients.Connect();
        var first = Filled(1, 28);
        transport.TakeOnly(10);
        connection.Send(first);
        await ScriptedClients.SentAsync(transport, 10);
        connection.Send(Filled(2, 28));
        connection.Send(Filled(3, 28));
        Assert.Null(connection.Ending);

        connection.Send(Filled(4, 28));

        Assert.Equal(CloseReason.SlowConsumer, connection.Ending);
        await Eventually.BecomesTrueAsync(() => connection.Closing.IsCancellationRequested, "the handler to be told");
        Assert.False(connection.Send(Filled(5, 28)));
        transport.MakeRoom();
        await ScriptedClients.SentAsync(transport, 30 + TooSlow.Length);
        await clients.SettleAsync();
        Assert.Equal([.. Wire(first), .. TooSlow], transport.Sent);
        Assert.Equal(new FrameCount(3, 90), clients.Metrics.Dropped(DropReason.SlowConsumer));
        Assert.Equal(new FrameCount(1, 30), clients.Metrics.Delivered);
    }

    [Fact]
    public async Task A_full_queue_drops_the_oldest_frames_but_the_one_on_the_wire()
    {
        using var clients = new ScriptedClients(queueBytes: 100, policy: SlowConsumerPolicy.DropOldest);
        var (connection, transport) = clients.Connect();
        Frame[] frames = [.. Enumerable.Range(0, 6).Select(i => Filled((byte)i, 28))];
        transport.TakeOnly(10);
        connection.Send(frames[0]);
        await ScriptedClients.SentAsync(transport, 10);
        foreach (var frame in frames[1..])
            connection.Send(frame);

        transport.MakeRoom();
        await ScriptedClients.SentAsync(transport, 90);
        await clients.SettleAsync();

        Assert.Equal(Wire(frames[0], frames[4], frames[5]), transport.Sent);
        Assert.Equal(new FrameCount(3, 90), clients.Metrics.Dropped(DropReason.SlowConsumer));
        Assert.Null(connection.Ending);
    }

    [Fact]
    public async Task A_full_queue_keeps_the_latest_frame_and_the_one_on_the_wire()
    {
        using var clients = new ScriptedClients(queueBytes: 100, policy: SlowConsumerPolicy.KeepLatest);
        var (connection, transport) = clients.Connect();
        Frame[] frames = [.. Enumerable.Range(0, 4).Select(i => Filled((byte)i, 28))];
        transport.TakeOnly(10);
        connection.Send(frames[0]);
        await ScriptedClients.SentAsync(transport, 10);
        foreach (var frame in frames[1..])
            connection.Send(frame);

        transport.MakeRoom();
        await ScriptedClients.SentAsync(transport, 60);
        await clients.SettleAsync();

        Assert.Equal(Wire(frames[0], frames[3]), transport.Sent);
        Assert.Equal(new FrameCount(2, 60), clients.Metrics.Dropped(DropReason.SlowConsumer));
    }

    [Theory]
    [InlineData(SlowConsumerPolicy.DropOldest)]
    [InlineData(SlowConsumerPolicy.KeepLatest)]
    public async Task Whatever_is_dropped_the_rest_is_whole_and_in_order_and_every_frame_is_counted(SlowConsumerPolicy policy)
    {
        using var clients = new ScriptedClients(queueBytes: 200, policy: policy);
        var (connection, transport) = clients.Connect();
        var random = new Random(2);
        transport.TakeOnly(25);
        for (var i = 0; i < 5_000; i++)
        {
            connection.Send(Numbered.Frame(i));
            if (random.Next(4) == 0)
                transport.MakeRoom(random.Next(60));
        }
        transport.MakeRoom();
        await Eventually.BecomesTrueAsync(() => connection.QueuedBytes == 0, "the queue to drain");
        await clients.SettleAsync();

        var numbers = Numbered.Read(transport.Sent);
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.Equal(4_999, numbers[^1]);
        Assert.Equal(numbers.Length, clients.Metrics.Delivered.Frames);
        Assert.Equal(5_000 - numbers.Length, clients.Metrics.Dropped(DropReason.SlowConsumer).Frames);
        Assert.False(transport.WasSentToWhileBlocked);
    }

    [Theory]
    [InlineData(SlowConsumerPolicy.Disconnect)]
    [InlineData(SlowConsumerPolicy.DropOldest)]
    [InlineData(SlowConsumerPolicy.KeepLatest)]
    public async Task A_frame_larger_than_the_cap_is_sent_where_nothing_waits(SlowConsumerPolicy policy)
    {
        using var clients = new ScriptedClients(queueBytes: 100, policy: policy);
        var (connection, transport) = clients.Connect();
        var large = Filled(1, 1_000);
        transport.TakeOnly(0);

        Assert.True(connection.Send(large));
        await clients.SettleAsync();
        transport.MakeRoom();

        await ScriptedClients.SentAsync(transport, large.Length);
        Assert.Equal(Wire(large), transport.Sent);
        Assert.Null(connection.Ending);
    }

    [Fact]
    public async Task The_first_reason_counts_and_nothing_is_sent_after_it()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        connection.Send(Numbered.Frame(1));

        connection.Close(CloseReason.Kicked, "go");
        connection.Close(CloseReason.Finished);

        Assert.False(connection.Send(Numbered.Frame(2)));
        Assert.Equal(default, connection.Deliver([Numbered.Frame(3)], Wire(Numbered.Frame(3))));
        Assert.Equal(CloseReason.Kicked, connection.Ending);
        await clients.SettleAsync();
        Assert.Equal([.. Wire(Numbered.Frame(1)), .. WebSocketFrames.Close(1008, "go")], transport.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_vanishes_ends_the_connection(bool inABatch)
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.SendFault = new IOException("reset");

        await SendAsync(clients, connection, inABatch);

        await Eventually.BecomesTrueAsync(() => connection.Closing.IsCancellationRequested, "the handler to be told");
        Assert.Equal(CloseReason.ClientGone, connection.Ending);
        Assert.False(connection.Send(Numbered.Frame(3)));
        await connection.FinishAsync();
        Assert.True(transport.IsAborted);
        Assert.Equal(0, connection.QueuedBytes);
    }

    [Fact]
    public async Task Frames_that_wait_for_a_client_that_vanishes_are_counted_as_dropped()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(Numbered.FrameBytes + 9);
        using (await Stall.OfAsync(clients.Loops[0]))
        {
            for (var i = 0; i < 10; i++)
                connection.Send(Numbered.Frame(i));
        }
        await clients.SettleAsync();
        transport.SendFault = new IOException("reset");
        transport.MakeRoom();

        await Eventually.BecomesTrueAsync(() => connection.Ending != null, "the end");
        await clients.SettleAsync();

        Assert.Equal(new FrameCount(1, Numbered.FrameBytes), clients.Metrics.Delivered);
        Assert.Equal(new FrameCount(9, 9 * Numbered.FrameBytes), clients.Metrics.Dropped(DropReason.ClientGone));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_in_a_transport_ends_its_connection_and_no_other(bool inABatch)
    {
        using var clients = new ScriptedClients();
        var (faulty, transport) = clients.Connect();
        var (healthy, healthyTransport) = clients.Connect();
        transport.SendFault = new NotSupportedException("a bug");

        await SendAsync(clients, faulty, inABatch);
        healthy.Send(Numbered.Frame(1));

        await ScriptedClients.SentAsync(healthyTransport, Numbered.FrameBytes);
        Assert.Equal(CloseReason.InternalError, faulty.Ending);
        Assert.Same(faulty.Fault, await Assert.ThrowsAsync<NotSupportedException>(() => throw faulty.Fault!));
        await faulty.FinishAsync();
        Assert.True(transport.IsAborted);
    }

    [Fact]
    public async Task A_client_that_never_drains_is_cut_after_the_goodbye_time()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        connection.Send(Numbered.Frame(1));
        connection.Close(CloseReason.Finished);
        var watch = Stopwatch.StartNew();

        await connection.FinishAsync();

        Assert.InRange(watch.Elapsed, ConnectionSettings.GoodbyeTime * 0.9, TimeSpan.FromSeconds(30));
        Assert.True(transport.IsAborted);
    }

    [Fact]
    public async Task A_client_that_never_answers_the_goodbye_is_cut_after_the_goodbye_time()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        connection.Close(CloseReason.Finished);
        var watch = Stopwatch.StartNew();

        await connection.FinishAsync();

        Assert.InRange(watch.Elapsed, ConnectionSettings.GoodbyeTime * 0.9, TimeSpan.FromSeconds(30));
        Assert.True(transport.IsAborted);
        Assert.Equal(WebSocketFrames.Close(1000, ""), transport.Sent);
    }

    [Fact]
    public async Task A_client_that_answers_the_goodbye_is_not_waited_for_and_not_cut()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        connection.Send(Numbered.Frame(1));
        connection.Close(CloseReason.Draining);
        transport.Receive(ClientFrames.Text("one more"));
        transport.Receive(ClientFrames.Close(1001));

        await connection.FinishAsync();

        Assert.False(transport.IsAborted);
        Assert.Equal(CloseReason.Draining, connection.Ending);
        Assert.Equal([.. Wire(Numbered.Frame(1)), .. WebSocketFrames.Close(1001, CloseReason.Draining.Text())], transport.Sent);
    }

    [Fact]
    public async Task A_goodbye_ends_early_when_the_client_drains_late()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        connection.Send(Numbered.Frame(1));
        connection.Close(CloseReason.Finished);
        var finishing = connection.FinishAsync();
        Assert.False(finishing.IsCompleted);

        transport.Receive(ClientFrames.Close(1000));
        transport.MakeRoom();
        await finishing;

        Assert.False(transport.IsAborted);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task A_goodbye_whose_answer_cannot_be_read_ends_all_the_same(Type fault)
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.ReadFault = (Exception)Activator.CreateInstance(fault, "the end")!;
        connection.Close(CloseReason.Finished);

        await connection.FinishAsync();

        Assert.Equal(CloseReason.Finished, connection.Ending);
    }

    [Fact]
    public async Task Aborting_cuts_the_transport_whatever_waits()
    {
        using var clients = new ScriptedClients();
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        connection.Send(Numbered.Frame(1));

        connection.Abort();

        Assert.True(transport.IsAborted);
        Assert.Equal(CloseReason.ClientGone, connection.Ending);
        Assert.Equal(0, connection.QueuedBytes);
        await connection.FinishAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answers_is_not_read_from_until_it_does()
    {
        using var clients = new ScriptedClients(queueBytes: 400);
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        for (var i = 0; i < 40; i++)
            transport.Receive(ClientFrames.Text($"a message of 26 bytes: {i:00}"));
        transport.ReceiveEnd();

        // Everything has arrived, so this returns at the first wait, which is the one for room.
        var echoing = EchoAsync(connection);

        Assert.False(echoing.IsCompleted);
        Assert.InRange(connection.QueuedBytes, clients.Settings.PauseReadingBytes, 200);
        Assert.InRange(transport.Unread, 30, 39);
        while (!echoing.IsCompleted)
        {
            transport.MakeRoom(40);
            await clients.SettleAsync();
            Assert.InRange(connection.QueuedBytes, 0, 200);
        }
        Assert.Equal(40, await echoing);
        Assert.Equal(CloseReason.ClientGone, connection.Ending);
    }

    [Fact]
    public async Task A_client_that_is_not_read_from_still_ends_when_the_connection_does()
    {
        using var clients = new ScriptedClients(queueBytes: 40);
        var (connection, transport) = clients.Connect();
        transport.TakeOnly(0);
        transport.Receive(ClientFrames.Text("a message"));
        var echoing = EchoAsync(connection);
        Assert.False(echoing.IsCompleted);

        connection.Close(CloseReason.Draining);

        Assert.Equal(1, await echoing.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Sending_from_many_threads_while_it_closes_leaves_whole_frames_and_one_goodbye()
    {
        for (var round = 0; round < 50; round++)
        {
            using var clients = new ScriptedClients();
            var (connection, transport) = clients.Connect();
            var accepted = 0;
            var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(() =>
            {
                for (var i = 0; i < 200 && connection.Send(Numbered.Frame(i)); i++)
                    Interlocked.Increment(ref accepted);
            })).ToArray();
            await Task.Yield();
            connection.Close(CloseReason.Finished);
            await Task.WhenAll(senders);
            await clients.SettleAsync();

            var wire = transport.Sent;
            var goodbye = WebSocketFrames.Close(1000, "");
            Assert.Equal(goodbye, wire[^goodbye.Length..]);
            Assert.Equal(accepted, Numbered.Read(wire[..^goodbye.Length]).Length);
        }
    }

    static async Task<int> EchoAsync(WebSocketConnection connection)
    {
        var echoed = 0;
        await foreach (var message in connection.ReadAllAsync())
        {
            connection.Send(message);
            echoed++;
        }
        return echoed;
    }

    static async Task SendAsync(ScriptedClients clients, ClientConnection connection, bool inABatch)
    {
        if (inABatch)
            clients.Loops[0].Post(new Batch(connection));
        else
            connection.Send(Numbered.Frame(1));
        await clients.SettleAsync();
    }

    static Frame Filled(byte value, int payload)
    {
        var bytes = new byte[payload];
        Array.Fill(bytes, value);
        return Frame.Binary(bytes);
    }

    static byte[] Wire(params Frame[] frames) => [.. frames.SelectMany(frame => frame.Bytes.ToArray())];

    /// <summary>Delivers as a topic does, on the loop's thread.</summary>
    sealed class Batch(ClientConnection connection) : ISendWork
    {
        public void Send(SenderLoop loop) => connection.Deliver([Numbered.Frame(1)], Wire(Numbered.Frame(1)));
    }
}
