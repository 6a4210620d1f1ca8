using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Tests.Connections;
using Gateway.Core.Topics;
using Gateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Topics;

public class TopicHubTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task All_subscribers_see_one_order_whoever_publishes()
    {
        const int Publishers = 20, Each = 200, All = Publishers * Each;
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        var transports = Enumerable.Range(0, 6).Select(_ => Subscribe(hub, clients).Transport).ToList();

        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
                Assert.Equal(6, await hub.PublishAsync("topic", Numbered.Frame((publisher * Each) + i)));
        })));
        foreach (var transport in transports)
            await ScriptedClients.SentAsync(transport, All * Numbered.FrameBytes);

        var order = Numbered.Read(transports[0].Sent);
        Assert.All(transports, transport => Assert.Equal(order, Numbered.Read(transport.Sent)));
        Assert.Equal(All, order.Distinct().Count());
        foreach (var publisher in order.GroupBy(number => number / Each))
            Assert.Equal(publisher.Order(), publisher);
        await DeliveredAsync(clients, 6 * All);
        Assert.Equal(All, clients.Metrics.Published.Frames);
    }

    [Fact]
    public async Task One_order_holds_through_transports_that_stall()
    {
        const int Publishers = 4, Each = 250, All = Publishers * Each;
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        var transports = Enumerable.Range(0, 4).Select(_ => Subscribe(hub, clients).Transport).ToList();
        foreach (var transport in transports)
            transport.TakeOnly(7);

        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
                await hub.PublishAsync("topic", Numbered.Frame((publisher * Each) + i));
        })));
        var random = new Random(3);
        while (!publishing.IsCompleted)
        {
            transports[random.Next(transports.Count)].MakeRoom(random.Next(50));
            await Task.Yield();
        }
        await publishing;
        foreach (var transport in transports)
        {
            transport.MakeRoom();
            await ScriptedClients.SentAsync(transport, All * Numbered.FrameBytes);
        }

        var order = Numbered.Read(transports[0].Sent);
        Assert.All(transports, transport => Assert.Equal(order, Numbered.Read(transport.Sent)));
        Assert.All(transports, transport => Assert.False(transport.WasSentToWhileBlocked));
        await DeliveredAsync(clients, 4 * All);
    }

    [Fact]
    public async Task A_subscriber_gets_exactly_what_is_published_between_joining_and_leaving()
    {
        const int Messages = 5_000;
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        Subscribe(hub, clients);
        long begun = 0, done = 0;
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                Volatile.Write(ref begun, i + 1);
                await hub.PublishAsync("topic", Numbered.Frame(i));
                Volatile.Write(ref done, i + 1);
                if (i % 100 == 0)
                    await Task.Delay(1);
            }
        });

        var visits = await Task.WhenAll(Enumerable.Range(0, 4).Select(visitor => Task.Run(async () =>
        {
            var random = new Random(visitor);
            var visits = new List<Visit>();
            while (!publishing.IsCompleted && visits.Count < 500)
                visits.Add(await VisitAsync(random));
            return visits;
        })));
        await publishing;
        await clients.SettleAsync();
        await clients.SettleAsync();

        async Task<Visit> VisitAsync(Random random)
        {
            var (connection, transport) = clients.Connect();
            var doneBefore = Volatile.Read(ref done);
            var subscription = hub.Subscribe("topic", connection)!;
            var begunAfter = Volatile.Read(ref begun);
            for (var pause = random.Next(4); pause > 0; pause--)
                await Task.Yield();
            if (random.Next(10) == 0)
                return new(transport, doneBefore, begunAfter, null);
            subscription.Dispose();
            return new(transport, doneBefore, begunAfter, Volatile.Read(ref begun));
        }

        foreach (var visit in visits.SelectMany(list => list))
        {
            var numbers = Numbered.Read(visit.Transport.Sent);
            for (var i = 1; i < numbers.Length; i++)
                Assert.Equal(numbers[i - 1] + 1, numbers[i]);
            if (numbers.Length > 0)
                Assert.InRange(numbers[0], visit.DoneBefore, visit.BegunAfterJoining);
            if (visit.BegunAfterLeaving is { } end)
                Assert.All(numbers, number => Assert.True(number < end));
            else if (visit.BegunAfterJoining < Messages)
                Assert.Equal(Messages - 1, numbers[^1]);
        }
    }

    [Fact]
    public async Task A_subscriber_that_joins_between_two_sweeps_gets_what_came_after_it_and_one_that_left_gets_nothing()
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);
        var (_, early, _) = Subscribe(hub, clients);
        var (leaver, _, leaving) = Subscribe(hub, clients);
        ScriptedTransport late, passing;
        using (await Stall.OfAsync(clients.Loops[0]))
        {
            await hub.PublishAsync("topic", Numbered.Frame(1));
            late = Subscribe(hub, clients).Transport;
            await hub.PublishAsync("topic", Numbered.Frame(2));
            leaving.Dispose();
            leaving.Dispose();
            var (_, transport, subscription) = Subscribe(hub, clients);
            passing = transport;
            Assert.Equal(3, await hub.PublishAsync("topic", Numbered.Frame(3)));
            subscription.Dispose();
            Assert.Equal(2, await hub.PublishAsync("topic", Numbered.Frame(4)));
            leaver.Send(Numbered.Frame(5));
        }
        await clients.SettleAsync();
        await clients.SettleAsync();

        Assert.Equal([1, 2, 3, 4], Numbered.Read(early.Sent));
        Assert.Equal([2, 3, 4], Numbered.Read(late.Sent));
        Assert.Empty(passing.Sent);
        Assert.Equal("topic", leaving.Topic);
        Assert.Same(leaver, leaving.Connection);
    }

    [Fact]
    public async Task One_that_leaves_without_loss_gets_all_that_was_published_before_and_nothing_later()
    {
        const int Messages = 3_000;
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        Subscribe(hub, clients);
        var order = new Lock();
        var random = new Random(5);
        int published = 0;
        var publishing = Task.Run(async () =>
        {
            while (published < Messages)
            {
                ValueTask<int> next;
                lock (order)
                    next = hub.PublishAsync("topic", Numbered.Frame(published++));
                await next;
                if (published % 50 == 0)
                    await Task.Delay(1);
            }
        });

        while (!publishing.IsCompleted)
        {
            var (connection, transport) = clients.Connect();
            int first, behind;
            Subscription subscription;
            lock (order)
                (subscription, first) = (hub.Subscribe("topic", connection)!, published);
            for (var pause = random.Next(4); pause > 0; pause--)
                await Task.Yield();
            Task left;
            lock (order)
                (left, behind) = (subscription.LeaveAsync(), published);
            await left.WaitAsync(Limit);
            connection.Send(Numbered.Frame(Messages));
            await ScriptedClients.SentAsync(transport, (behind - first + 1) * Numbered.FrameBytes);

            Assert.Equal([.. Enumerable.Range(first, behind - first).Select(number => (long)number), Messages], Numbered.Read(transport.Sent));
            subscription.Dispose();
            Assert.True(subscription.LeaveAsync().IsCompleted);
        }
        await publishing;
        Assert.Equal(1, hub.Topics.Single().Value);
    }

    [Fact]
    public async Task Who_has_unsubscribed_gets_nothing_that_is_published_later()
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);
        var (connection, transport, subscription) = Subscribe(hub, clients);
        var (_, other, _) = Subscribe(hub, clients);
        await hub.PublishAsync("topic", Numbered.Frame(1));
        await clients.SettleAsync();

        subscription.Dispose();
        for (var i = 2; i < 100; i++)
            Assert.Equal(1, await hub.PublishAsync("topic", Numbered.Frame(i)));
        await ScriptedClients.SentAsync(other, 99 * Numbered.FrameBytes);
        connection.Send(Numbered.Frame(1_000));
        await clients.SettleAsync();

        Assert.Equal([1, 1_000], Numbered.Read(transport.Sent));
    }

    [Fact]
    public void A_topic_vanishes_with_its_last_subscriber()
    {
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        var (connection, _) = clients.Connect();
        var first = hub.Subscribe("a", connection)!;
        var second = hub.Subscribe("a", clients.Connect().Connection)!;
        var third = hub.Subscribe("A", connection)!;
        Assert.Equal(2, hub.Count);
        Assert.Equal([new("A", 1), new("a", 2)], hub.Topics.OrderBy(topic => topic.Key, StringComparer.Ordinal));

        first.Dispose();
        Assert.Equal(2, hub.Count);
        second.Dispose();
        third.Dispose();

        Assert.Equal(0, hub.Count);
        Assert.Empty(hub.Topics);
    }

    [Fact]
    public async Task Topics_come_and_go_under_many_threads_and_none_stays_or_is_lost()
    {
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        string[] names = ["a", "b", "c"];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            var (connection, _) = clients.Connect();
            var held = new Queue<Subscription>();
            for (var i = 0; i < 2_000; i++)
            {
                var name = names[random.Next(names.Length)];
                held.Enqueue(hub.Subscribe(name, connection)!);
                Assert.InRange(await hub.PublishAsync(name, Numbered.Frame(i)), 1, 1_000);
                while (held.Count > random.Next(3))
                    held.Dequeue().Dispose();
            }
            while (held.TryDequeue(out var subscription))
                subscription.Dispose();
        })));

        Assert.Equal(0, hub.Count);
        Assert.Equal(0, await hub.PublishAsync("a", Numbered.Frame(0)));
    }

    [Fact]
    public async Task What_is_published_to_nobody_is_counted_as_dropped()
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);

        Assert.Equal(0, await hub.PublishAsync("topic", Numbered.Frame(1)));
        Subscribe(hub, clients).Subscription.Dispose();
        Assert.Equal(0, await hub.PublishAsync("topic", Numbered.Frame(2)));
        Subscribe(hub, clients);
        Assert.Equal(1, await hub.PublishAsync("topic", Numbered.Frame(3)));

        Assert.Equal(new FrameCount(2, 2 * Numbered.FrameBytes), clients.Metrics.Dropped(DropReason.NoSubscriber));
        Assert.Equal(new FrameCount(3, 3 * Numbered.FrameBytes), clients.Metrics.Published);
    }

    [Fact]
    public async Task A_publisher_that_outruns_the_loops_pauses_until_they_have_caught_up_and_waits_for_no_subscriber()
    {
        using var clients = new ScriptedClients(loops: 2);
        var hub = Hub(clients);
        var transports = Enumerable.Range(0, 4).Select(_ => Subscribe(hub, clients).Transport).ToList();
        foreach (var transport in transports)
            transport.TakeOnly(0);
        var frame = Frame.Binary(new byte[100_000]);
        ValueTask<int>[] publishing;
        using (await Stall.OfAsync(clients.Loops[1]))
        {
            publishing = [.. Enumerable.Range(0, 4).Select(_ => hub.PublishAsync("topic", frame))];
            // The backlog is 256 KiB.
            Assert.Equal([true, true, false, false], publishing.Select(task => task.IsCompleted));
        }

        foreach (var task in publishing)
            Assert.Equal(4, await task.AsTask().WaitAsync(Limit));
        Assert.All(transports, transport => Assert.Equal(0, transport.SentBytes));
    }

    [Fact]
    public async Task A_publisher_that_pauses_goes_on_when_the_last_subscriber_leaves()
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);
        var (_, transport, subscription) = Subscribe(hub, clients);
        Task<int> publishing;
        using (await Stall.OfAsync(clients.Loops[0]))
        {
            publishing = hub.PublishAsync("topic", Frame.Binary(new byte[300_000])).AsTask();
            Assert.False(publishing.IsCompleted);
            subscription.Dispose();
        }

        Assert.Equal(1, await publishing.WaitAsync(Limit));
        Assert.Equal(0, hub.Count);
        Assert.Empty(transport.Sent);
    }

    [Fact]
    public async Task A_blocked_subscriber_delays_neither_the_publisher_nor_the_others()
    {
        using var clients = new ScriptedClients(queueBytes: 2_000_000);
        var hub = Hub(clients);
        var (blocked, blockedTransport, _) = Subscribe(hub, clients);
        var (_, transport, _) = Subscribe(hub, clients);
        blockedTransport.TakeOnly(0);
        var frame = Frame.Binary(new byte[50_000]);

        for (var i = 0; i < 100; i++)
            Assert.Equal(2, await hub.PublishAsync("topic", frame).AsTask().WaitAsync(Limit));

        await ScriptedClients.SentAsync(transport, 100L * frame.Length);
        Assert.Equal(CloseReason.SlowConsumer, blocked.Ending);
        Assert.Equal(0, blockedTransport.SentBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_subscriber_whose_transport_fails_takes_nothing_from_the_others(bool asABug)
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);
        var before = Subscribe(hub, clients).Transport;
        var (failing, failingTransport, _) = Subscribe(hub, clients);
        var after = Subscribe(hub, clients).Transport;
        failingTransport.SendFault = asABug ? new NotSupportedException("a bug") : new IOException("reset");

        await hub.PublishAsync("topic", Numbered.Frame(1));
        await hub.PublishAsync("topic", Numbered.Frame(2));

        await ScriptedClients.SentAsync(before, 2 * Numbered.FrameBytes);
        await ScriptedClients.SentAsync(after, 2 * Numbered.FrameBytes);
        Assert.Equal(asABug ? CloseReason.InternalError : CloseReason.ClientGone, failing.Ending);
    }

    [Fact]
    public async Task What_is_published_between_two_sweeps_goes_out_in_one_write_unless_it_is_too_much()
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);
        var transport = Subscribe(hub, clients).Transport;
        var large = Frame.Binary(new byte[100_000]);
        using (await Stall.OfAsync(clients.Loops[0]))
        {
            for (var i = 0; i < 100; i++)
                await hub.PublishAsync("topic", Numbered.Frame(i));
            await hub.PublishAsync("topic", large);
            await hub.PublishAsync("topic", Numbered.Frame(100));
        }
        await clients.SettleAsync();
        await clients.SettleAsync();

        Assert.Equal([100 * Numbered.FrameBytes, large.Length, Numbered.FrameBytes], transport.Writes.Select(bytes => bytes.Length));
        Assert.Equal(102, clients.Metrics.Delivered.Frames);
    }

    [Fact]
    public async Task Whoever_subscribes_twice_gets_everything_twice()
    {
        using var clients = new ScriptedClients();
        var hub = Hub(clients);
        var (connection, transport, first) = Subscribe(hub, clients);
        hub.Subscribe("topic", connection);

        Assert.Equal(2, await hub.PublishAsync("topic", Numbered.Frame(1)));
        await ScriptedClients.SentAsync(transport, 2 * Numbered.FrameBytes);
        first.Dispose();
        Assert.Equal(1, await hub.PublishAsync("topic", Numbered.Frame(2)));
        await clients.SettleAsync();

        Assert.Equal([1, 1, 2], Numbered.Read(transport.Sent));
    }

    static TopicHub<SomeModule> Hub(ScriptedClients clients) => new(clients.Loops, clients.Settings);

    static (WebSocketConnection Connection, ScriptedTransport Transport, Subscription Subscription) Subscribe(
        TopicHub<SomeModule> hub, ScriptedClients clients)
    {
        var (connection, transport) = clients.Connect();
        return (connection, transport, hub.Subscribe("topic", connection)!);
    }

    static Task DeliveredAsync(ScriptedClients clients, long frames) =>
        Eventually.BecomesTrueAsync(() => clients.Metrics.Delivered.Frames == frames, $"{frames} deliveries to be counted");

    sealed record Visit(ScriptedTransport Transport, long DoneBefore, long BegunAfterJoining, long? BegunAfterLeaving);

    sealed class SomeModule : IGatewayModule
    {
        public string Name => "Some";

        public ModuleOptions ConfigureServices(IServiceCollection services, IConfigurationSection section, ConfigurationFaults faults) =>
            throw new NotSupportedException();

        public void MapEndpoints(ModuleRoutes routes) => throw new NotSupportedException();
    }
}
