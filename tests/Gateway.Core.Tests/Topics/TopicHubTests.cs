using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Tests.Connections;
using Gateway.Core.Topics;
using Gateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Topics;

public sealed class TopicHubTests : IDisposable
{
    readonly ScriptedClients _clients = new(loops: 2);
    readonly TopicHub<NoModule> _hub;

    public TopicHubTests() => _hub = new TopicHub<NoModule>(_clients.Loops, _clients.Settings);

    [Fact]
    public async Task All_subscribers_see_one_order_under_twenty_publishers()
    {
        var transports = Enumerable.Range(0, 10).Select(_ => Subscribe("topic").Transport).ToList();
        const int each = 500;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await _hub.PublishAsync("topic", Numbered.Frame((publisher * each) + i));
        })));

        await ReceivedAsync(transports, 20 * each);
        var order = Numbered.Read(transports[0].Sent);
        Assert.All(transports, transport => Assert.Equal(order, Numbered.Read(transport.Sent)));
        Assert.Equal(20 * each, order.Distinct().Count());
        foreach (var publisher in order.GroupBy(number => number / each))
            Assert.Equal(publisher.Order(), publisher);
    }

    [Fact]
    public async Task A_subscriber_gets_what_is_published_after_it_subscribed_and_nothing_from_before()
    {
        var published = 0L;
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            for (long number = 1; !stop.IsCancellationRequested; number++)
            {
                await _hub.PublishAsync("topic", Numbered.Frame(number));
                Volatile.Write(ref published, number);
                // Bursts: as fast as it goes, but no more than memory can keep.
                if (number % 50 == 0)
                    await Task.Delay(1);
            }
        });
        var joined = new List<(long Before, ScriptedTransport Transport)>();
        Subscribe("topic");
        for (var i = 0; i < 50; i++)
        {
            var before = Volatile.Read(ref published);
            joined.Add((before, Subscribe("topic").Transport));
            await Eventually.BecomesTrueAsync(() => Volatile.Read(ref published) > before + 20, "publishing to go on");
        }
        await stop.CancelAsync();
        await publishing;
        await _clients.SettleAsync();

        foreach (var (before, transport) in joined)
        {
            var numbers = Numbered.Read(transport.Sent);
            Assert.True(numbers[0] > before, $"got {numbers[0]}, which was published before it subscribed, at {before}");
            Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => numbers[0] + i), numbers);
            Assert.Equal(published, numbers[^1]);
        }
    }

    [Fact]
    public async Task Who_has_unsubscribed_gets_nothing_that_is_published_later()
    {
        var (subscription, left) = Subscribe("topic");
        var (_, stayed) = Subscribe("topic");
        await _hub.PublishAsync("topic", Numbered.Frame(1));
        await ReceivedAsync([left, stayed], 1);

        subscription.Dispose();
        subscription.Dispose();
        Assert.Equal(1, await _hub.PublishAsync("topic", Numbered.Frame(2)));
        await ReceivedAsync([stayed], 2);

        Assert.Equal([1], Numbered.Read(left.Sent));
    }

    [Fact]
    public async Task Who_joins_and_leaves_between_two_sweeps_gets_nothing_and_stays_nowhere()
    {
        var (_, stayed) = Subscribe("topic");
        using (await Stall.OfAsync(_clients.Loops[0]))
        using (await Stall.OfAsync(_clients.Loops[1]))
        {
            for (var i = 0; i < 10; i++)
                Subscribe("topic").Subscription.Dispose();
            Assert.Equal(1, await _hub.PublishAsync("topic", Numbered.Frame(1)));
        }
        await ReceivedAsync([stayed], 1);
        Assert.Equal([1], Numbered.Read(stayed.Sent));
    }

    [Fact]
    public async Task Topics_vanish_with_their_last_subscriber_whatever_the_churn()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var (subscription, _) = Subscribe($"topic {i % 3}");
                await _hub.PublishAsync($"topic {(i + thread) % 3}", Numbered.Frame(i));
                subscription.Dispose();
            }
        })));

        Assert.Equal(0, _hub.Count);
        var (_, transport) = Subscribe("topic 0");
        Assert.Equal(1, await _hub.PublishAsync("topic 0", Numbered.Frame(7)));
        await ReceivedAsync([transport], 1);
    }

    [Fact]
    public async Task A_publish_to_nobody_is_counted_as_dropped()
    {
        Assert.Equal(0, await _hub.PublishAsync("topic", Numbered.Frame(1)));

        Assert.Equal(1, _clients.Metrics.Published.Frames);
        Assert.Equal(new FrameCount(1, Numbered.FrameBytes), _clients.Metrics.Dropped(DropReason.NoSubscriber));
    }

    [Fact]
    public async Task The_answer_to_a_publish_is_the_number_of_subscribers()
    {
        for (var i = 0; i < 7; i++)
            Subscribe("topic");
        Subscribe("another");

        Assert.Equal(7, await _hub.PublishAsync("topic", Numbered.Frame(1)));
        Assert.Equal([("another", 1), ("topic", 7)], _hub.Topics.Select(topic => (topic.Key, topic.Value)).Order());
    }

    [Fact]
    public async Task A_publisher_that_outruns_the_loops_pauses_until_they_have_caught_up()
    {
        var (_, transport) = Subscribe("topic");
        var pending = new List<Task<int>>();
        using (await Stall.OfAsync(_clients.Loops[0]))
        using (await Stall.OfAsync(_clients.Loops[1]))
        {
            var frame = Frame.Binary(new byte[100_000]);
            for (var i = 0; i < 10; i++)
                pending.Add(_hub.PublishAsync("topic", frame).AsTask());
            Assert.True(pending[0].IsCompleted);
            Assert.False(pending[^1].IsCompleted);
        }

        Assert.All(await Task.WhenAll(pending).WaitAsync(TimeSpan.FromSeconds(30)), count => Assert.Equal(1, count));
        await ScriptedClients.SentAsync(transport, 10 * 100_000);
    }

    [Fact]
    public async Task A_subscriber_that_takes_nothing_delays_neither_the_publisher_nor_the_others()
    {
        var stalled = Enumerable.Range(0, 4).Select(_ => Subscribe("topic").Transport).ToList();
        foreach (var transport in stalled)
            transport.TakeOnly(0);
        var others = Enumerable.Range(0, 20).Select(_ => Subscribe("topic").Transport).ToList();

        for (var i = 0; i < 5_000; i++)
            await _hub.PublishAsync("topic", Numbered.Frame(i)).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await ReceivedAsync(others, 5_000);
        Assert.All(stalled, transport => Assert.Empty(transport.Sent));
        foreach (var transport in stalled)
            transport.MakeRoom();
        await ReceivedAsync(stalled, 5_000);
        Assert.All(stalled, transport => Assert.Equal(Enumerable.Range(0, 5_000).Select(i => (long)i), Numbered.Read(transport.Sent)));
    }

    [Fact]
    public async Task What_is_published_while_a_loop_is_busy_goes_out_in_one_write()
    {
        var (_, transport) = Subscribe("topic");
        using (await Stall.OfAsync(_clients.Loops[0]))
        using (await Stall.OfAsync(_clients.Loops[1]))
        {
            for (var i = 0; i < 100; i++)
                await _hub.PublishAsync("topic", Numbered.Frame(i));
        }
        await ReceivedAsync([transport], 100);

        Assert.Single(transport.Writes);
    }

    public void Dispose() => _clients.Dispose();

    (Subscription Subscription, ScriptedTransport Transport) Subscribe(string topic)
    {
        var (connection, transport) = _clients.Connect();
        return (_hub.Subscribe(topic, connection)!, transport);
    }

    static async Task ReceivedAsync(IEnumerable<ScriptedTransport> transports, int frames)
    {
        foreach (var transport in transports)
            await ScriptedClients.SentAsync(transport, frames * Numbered.FrameBytes);
    }

    public sealed class NoModule : IGatewayModule
    {
        public string Name => "Test";

        public ModuleOptions ConfigureServices(
            IServiceCollection services, IConfigurationSection section, Core.Configuration.ConfigurationFaults faults) => new();

        public void MapEndpoints(ModuleRoutes routes)
        {
        }
    }
}
