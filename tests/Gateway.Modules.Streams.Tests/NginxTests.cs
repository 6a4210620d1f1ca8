using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>Consumers and producers behind a proxy, with the settings that the README names.</summary>
public class NginxTests
{
    [SkippableFact]
    public async Task A_stream_is_live_through_nginx_and_its_end_is_seen()
    {
        Skip.If(Nginx.Program == null, "nginx is not installed");
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var nginx = await StartAsync(gateway.Address);
        var proxy = nginx.Address;

        await using var producer = await LiveProducer.BeginAsync(proxy, "POST", "/stream/a");
        Assert.Equal(201, producer.Head.Status);
        await producer.SendAsync("one\n");
        await using var consumer = await LiveConsumer.BeginAsync(proxy, "/stream/a");
        await consumer.HasReadAsync("one\n");
        await producer.SendAsync("two\n");
        await consumer.HasReadAsync("one\ntwo\n");
        await using var events = await LiveConsumer.BeginAsync(proxy, "/stream/a", ("Accept", "text/event-stream"));
        await events.HasReadAsync("id: 8\ndata: one\ndata: two\ndata: \n\n");
        await producer.FinishAsync();
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.True(await events.ReadsToCleanEndAsync());
        await using var client = await WireClient.ConnectAsync(proxy);
        Assert.Equal("one\ntwo\n", (await client.RequestAsync("GET", "/stream/a")).Text);

        // What is cut behind the proxy is cut before it.
        await using var vanishing = await gateway.ProduceAsync("/stream/b");
        await vanishing.SendAsync("a beginning");
        await using var cut = await LiveConsumer.BeginAsync(proxy, "/stream/b");
        await cut.HasReadAsync("a beginning");
        vanishing.Reset();
        Assert.False(await cut.ReadsToCleanEndAsync());
    }

    static Task<Nginx> StartAsync(Uri gateway) => Nginx.StartAsync($$"""
        server {
          listen 80;
          location / {
            proxy_pass {{gateway.GetLeftPart(UriPartial.Authority)}};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_read_timeout 1d;
            client_max_body_size 0;
          }
        }
        """);
}
