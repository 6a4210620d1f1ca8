using System.Net;
using System.Net.Sockets;
using Gateway.Core.Redis.Embedded;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Gateway.Core.Tests.Redis;

public sealed class EmbeddedRedisTests : IAsyncDisposable
{
    readonly EmbeddedRedis _redis = EmbeddedRedis.Start(0, NullLogger.Instance);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    Task<RespSocket> ConnectAsync(int? receiveBufferSize = null) => RespSocket.ConnectAsync(_redis.Address, receiveBufferSize);

    async Task<string> ConverseAsync(string commands)
    {
        await using var client = await ConnectAsync();
        await client.SendAsync(commands + "QUIT\r\n");
        return await client.ReadToEndAsync();
    }

    [Fact]
    public void It_listens_on_loopback_only() => Assert.Equal(IPAddress.Loopback, _redis.Address.Address);

    [Theory]
    [InlineData("PING\r\n", "+PONG\r\n")]
    [InlineData("*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n", "$2\r\nhi\r\n")]
    [InlineData("ECHO x\r\n", "$1\r\nx\r\n")]
    [InlineData("\r\n\r\nping\r\n", "+PONG\r\n")]
    [InlineData("AUTH secret\r\nAUTH user secret\r\n", "+OK\r\n+OK\r\n")]
    [InlineData("SELECT 0\r\nSELECT 15\r\nSELECT 16\r\nSELECT x\r\n", "+OK\r\n+OK\r\n-ERR DB index is out of range: 0 to 15\r\n-ERR DB index is out of range: 0 to 15\r\n")]
    [InlineData("CLIENT SETNAME me\r\nCLIENT GETNAME\r\nCLIENT ID\r\nCLIENT SETINFO LIB-NAME x\r\n", "+OK\r\n$2\r\nme\r\n:1\r\n+OK\r\n")]
    [InlineData("PUBLISH books.1 hello\r\n", ":0\r\n")]
    [InlineData("PUBLISH books.1\r\n", "-ERR wrong number of arguments for 'publish' command\r\n")]
    [InlineData("SUBSCRIBE\r\n", "-ERR wrong number of arguments for 'subscribe' command\r\n")]
    [InlineData("PUBSUB NUMPAT\r\nPUBSUB NUMSUB a\r\nPUBSUB CHANNELS\r\n", ":0\r\n*2\r\n$1\r\na\r\n:0\r\n*0\r\n")]
    [InlineData("UNSUBSCRIBE\r\n", "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n")]
    [InlineData("COMMAND DOCS\r\n", "*0\r\n")]
    public async Task Commands_are_answered_in_RESP2(string commands, string replies) =>
        Assert.Equal(replies + "+OK\r\n", await ConverseAsync(commands));

    [Theory]
    [InlineData("SET a b\r\n", "-ERR unknown command 'SET': this endpoint is for publish and subscribe, and knows AUTH,")]
    [InlineData("HELLO 4\r\n", "-NOPROTO unsupported protocol version")]
    [InlineData("HELLO 3 NONSENSE\r\n", "-ERR syntax error in HELLO")]
    [InlineData("CLIENT KILL x\r\n", "-ERR unknown subcommand")]
    [InlineData("PUBSUB X\r\n", "-ERR unknown subcommand")]
    [InlineData("INFO\r\n", "$")]
    [InlineData("HELLO\r\n", "*14\r\n$6\r\nserver\r\n")]
    [InlineData("HELLO 3 AUTH u p SETNAME n\r\n", "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n")]
    public async Task Other_answers_begin_as_they_should(string command, string start) =>
        Assert.StartsWith(start, await ConverseAsync(command), StringComparison.Ordinal);

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nPUBLISH books.1 x\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1:6380\r\n\r\nPUBLISH books.1 x\r\n")]
    public async Task A_web_page_cannot_publish(string request) =>
        Assert.EndsWith("-ERR this is no web server\r\n", await ConverseAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_command_cannot_break_the_line_of_its_own_error() =>
        Assert.StartsWith("-ERR unknown command 'A??+OK??'", await ConverseAsync("*1\r\n$8\r\nA\r\n+OK\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Subscribers_get_messages_by_the_version_that_they_speak()
    {
        await using var second = await ConnectAsync();
        await using var third = await ConnectAsync();
        await second.SendAsync("SUBSCRIBE a b\r\nPSUBSCRIBE a*\r\n");
        await second.ExpectAsync("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n*3\r\n$10\r\npsubscribe\r\n$2\r\na*\r\n:3\r\n");
        await third.SendAsync("HELLO 3\r\nSUBSCRIBE a\r\n");
        await third.ReadAsync(text => text.EndsWith(">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n", StringComparison.Ordinal));

        Assert.Equal(":3\r\n+OK\r\n", await ConverseAsync("PUBLISH a hello\r\n"));
        Assert.Equal("*2\r\n$1\r\na\r\n:2\r\n:1\r\n+OK\r\n", await ConverseAsync("PUBSUB NUMSUB a\r\nPUBSUB NUMPAT\r\n"));

        await second.ExpectAsync("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n*4\r\n$8\r\npmessage\r\n$2\r\na*\r\n$1\r\na\r\n$5\r\nhello\r\n");
        await third.ExpectAsync(">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n");
        await third.SendAsync("PING\r\n");
        await third.ExpectAsync("+PONG\r\n");
        await second.SendAsync("ECHO x\r\nPING\r\nUNSUBSCRIBE a b\r\nPUNSUBSCRIBE\r\nECHO x\r\n");
        await second.ExpectAsync("-ERR Can't execute 'ECHO': only PING, PSUBSCRIBE, PUNSUBSCRIBE, QUIT, RESET, SUBSCRIBE, UNSUBSCRIBE are allowed in this context\r\n" +
            "*2\r\n$4\r\npong\r\n$0\r\n\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:2\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:1\r\n" +
            "*3\r\n$12\r\npunsubscribe\r\n$2\r\na*\r\n:0\r\n$1\r\nx\r\n");
    }

    [Fact]
    public async Task Whoever_leaves_is_forgotten()
    {
        await using (var client = await ConnectAsync())
        {
            await client.SendAsync("SUBSCRIBE a\r\n");
            await client.ExpectAsync("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
            client.Reset();
        }

        await Eventually.BecomesTrueAsync(async () => await ConverseAsync("PUBSUB CHANNELS\r\n") == "*0\r\n+OK\r\n", "the subscription to end");
    }

    [Fact]
    public async Task What_is_not_RESP_is_told_so_and_cut()
    {
        await using var client = await ConnectAsync();
        await client.SendAsync("*1\r\n:5\r\n");

        Assert.Equal("-ERR Protocol error: expected '$', got ':'\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Random_bytes_harm_nobody()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            await using var client = await ConnectAsync();
            try
            {
                await client.SendAsync(i % 2 == 0 ? (byte[])[.. "*3\r\n$9\r\nSUBSCRIBE\r\n"u8, .. bytes] : bytes);
            }
            catch (SocketException)
            {
                // It was cut already.
            }
        }

        Assert.Equal("+PONG\r\n+OK\r\n", await ConverseAsync("PING\r\n"));
    }

    [Fact]
    public async Task Whoever_does_not_read_is_cut_and_others_get_everything()
    {
        await using var stalled = await ConnectAsync(receiveBufferSize: 4096);
        await stalled.SendAsync("SUBSCRIBE a\r\n");
        await stalled.ExpectAsync("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
        await using var publisher = await ConnectAsync();
        byte[] publish = [.. "*3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$1000000\r\n"u8, .. new byte[1_000_000], .. "\r\n"u8];

        for (int i = 0; i < 60; i++)
        {
            await publisher.SendAsync(publish);
            await publisher.ReadAsync(text => text.EndsWith('\n'));
        }

        await Eventually.BecomesTrueAsync(async () => await ConverseAsync("PUBLISH a x\r\n") == ":0\r\n+OK\r\n", "the stalled client to be cut");
    }

    [Theory]
    [InlineData(RedisProtocol.Resp2)]
    [InlineData(RedisProtocol.Resp3)]
    public async Task A_client_library_publishes_and_subscribes(RedisProtocol protocol)
    {
        var options = new ConfigurationOptions { EndPoints = { _redis.Address }, Protocol = protocol };
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var subscriber = connection.GetSubscriber();
        var queue = await subscriber.SubscribeAsync(RedisChannel.Literal("books.1"));
        var pattern = await subscriber.SubscribeAsync(RedisChannel.Pattern("books.*"));

        for (int i = 0; i < 1000; i++)
            Assert.Equal(2, await subscriber.PublishAsync(RedisChannel.Literal("books.1"), i));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(i, (int)(await queue.ReadAsync(limit.Token)).Message);
            Assert.Equal(i, (int)(await pattern.ReadAsync(limit.Token)).Message);
        }
        Assert.True(await connection.GetDatabase().PingAsync() >= TimeSpan.Zero);
        await Assert.ThrowsAsync<RedisServerException>(() => connection.GetDatabase().StringSetAsync("a", "b"));
        await queue.UnsubscribeAsync();
        Assert.Equal(1, await subscriber.PublishAsync(RedisChannel.Literal("books.1"), "x"));
    }

    [Fact]
    public void A_taken_port_is_named()
    {
        var taken = Assert.Throws<IOException>(() => EmbeddedRedis.Start(_redis.Address.Port, NullLogger.Instance));
        Assert.Contains($"127.0.0.1:{_redis.Address.Port}", taken.Message, StringComparison.Ordinal);
    }
}
