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
        const int Count = RedisConnection.MaxWaiting + 10_000;
        using var blocked = new ManualResetEventSlim();
        int got = 0, missed = 0;
        var all = new TaskCompletionSource();
        await redis.SubscribeAsync("slow", message =>
        {
            blocked.Wait();
            (got, missed) = (got + 1, missed + message.Missed);
        });
        // On the same connection, and so after all the others.
        await redis.SubscribeAsync("end", _ => all.TrySetResult());

        await using var publisher = await RespSocket.ConnectAsync(link.EmbeddedAddress!);
        await publisher.SendAsync(new StringBuilder().Insert(0, "PUBLISH slow x\r\n", Count).Append("PUBLISH end x\r\n").ToString());
        await all.Task.WaitAsync(TimeSpan.FromMinutes(2));
        blocked.Set();

        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref got) + Volatile.Read(ref missed) == Count, "every message to be counted");
        Assert.InRange(got, RedisConnection.MaxWaiting, RedisConnection.MaxWaiting + 2);
    }
}
