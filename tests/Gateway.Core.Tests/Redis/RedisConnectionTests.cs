using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Gateway.Core.Redis;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Redis;

public sealed class RedisConnectionTests
{
    [Fact]
    public async Task A_handler_that_does_not_keep_up_costs_messages_and_not_memory()
    {
        await using var link = new RedisLink(new RedisOptions { EmbeddedPort = 0 }, NullLoggerFactory.Instance);
        await link.StartAsync(CancellationToken.None);
        var redis = new RedisConnection(link, "");
        const int Count = RedisInbox.MaxWaiting + 10_000;
        using var blocked = new ManualResetEventSlim();
        int got = 0, missed = 0;
        await redis.SubscribeAsync("slow", message =>
        {
            blocked.Wait();
            (got, missed) = (got + 1, missed + message.Missed);
        });
        // On the same connection, and so after all the others; for a handler of its own, which nobody holds up.
        var all = new TaskCompletionSource();
        await new RedisConnection(link, "").SubscribeAsync("end", _ => all.TrySetResult());

        await using var publisher = await RespSocket.ConnectAsync(link.EmbeddedAddress!);
        await publisher.SendAsync(new StringBuilder().Insert(0, "PUBLISH slow x\r\n", Count).Append("PUBLISH end x\r\n").ToString());
        await all.Task.WaitAsync(TimeSpan.FromMinutes(2));
        // One may have been taken when the inbox was full already: the handler holds it.
        Assert.InRange(redis.Inbox.Count, RedisInbox.MaxWaiting - 1, RedisInbox.MaxWaiting);
        blocked.Set();

        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref got) + Volatile.Read(ref missed) == Count, "every message to be counted");
        Assert.InRange(got, RedisInbox.MaxWaiting, RedisInbox.MaxWaiting + 2);
    }

    [Fact]
    public async Task Messages_of_several_names_are_handed_over_in_the_order_in_which_they_were_published()
    {
        await using var link = new RedisLink(new RedisOptions { EmbeddedPort = 0 }, NullLoggerFactory.Instance);
        await link.StartAsync(CancellationToken.None);
        var redis = new RedisConnection(link, "");
        const int Count = 20_000;
        var got = new List<int>();
        var all = new TaskCompletionSource();
        for (int i = 0; i < 5; i++)
        {
            await redis.SubscribeAsync($"name{i}", message =>
            {
                got.Add(int.Parse(message.Payload.Span, CultureInfo.InvariantCulture));
                if (got.Count == Count)
                    all.TrySetResult();
            });
        }
        await using var publisher = await RespSocket.ConnectAsync(link.EmbeddedAddress!);
        await publisher.SendAsync(string.Concat(Enumerable.Range(0, Count).Select(i => $"PUBLISH name{i % 5} {i}\r\n")));
        await all.Task.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Enumerable.Range(0, Count), got);
    }

    [Fact]
    public async Task Each_who_subscribes_to_a_name_gets_its_messages_until_it_leaves()
    {
        await using var link = new RedisLink(new RedisOptions { EmbeddedPort = 0 }, NullLoggerFactory.Instance);
        await link.StartAsync(CancellationToken.None);
        var (first, second) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        var subscription = await new RedisConnection(link, "").SubscribeAsync("a", message => first.Enqueue(Encoding.UTF8.GetString(message.Payload.Span)));
        var redis = new RedisConnection(link, "");
        await redis.SubscribeAsync("a", message => second.Enqueue(Encoding.UTF8.GetString(message.Payload.Span)));

        Assert.Equal(1, await redis.PublishAsync("a", "1"u8.ToArray()));
        await Eventually.BecomesTrueAsync(() => first.SequenceEqual(["1"]) && second.SequenceEqual(["1"]), "both to get it");
        await subscription.UnsubscribeAsync();
        Assert.Equal(1, await redis.PublishAsync("a", "2"u8.ToArray()));
        await Eventually.BecomesTrueAsync(() => second.SequenceEqual(["1", "2"]), "the second to get it");
        Assert.Equal(["1"], first);
    }
}
