using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>The metrics page that a tenant may be given.</summary>
public class TenantMetricsTests
{
    const string Teams = """
        {
          "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} },
          "Tenants": { "acme": { "MetricsToken": "acme-scraper", "Hosts": ["acme.example"] }, "beta": { "MetricsToken": "beta-scraper" }, "gamma": {} }
        }
        """;

    [Fact]
    public async Task It_shows_the_tenant_and_is_for_its_token_alone()
    {
        await using var gateway = await GatewayProcess.StartAsync(Teams);
        var address = gateway.Address("Channels");
        await using var own = await Run.SubscribeAsync(address, "/t/acme/channels/a");
        await using var other = await Run.SubscribeAsync(address, "/t/beta/channels/a");

        var reply = await GetAsync(address, "/t/acme/metrics", "acme-scraper");

        Assert.Equal(200, reply.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Header("Content-Type"));
        var page = MetricsPage.Parse(reply.Text);
        Assert.Equal(1, page.Sum("gateway_connections", ("module", "Channels")));
        Assert.All(page.Samples, sample => Assert.Equal("acme", sample.Labels["tenant"]));
        Assert.Equal(200, (await GetAsync(address, "/metrics", "acme-scraper", ("Host", "acme.example"))).Status);
        Assert.Equal(401, (await GetAsync(address, "/t/acme/metrics", "beta-scraper")).Status);
        Assert.Equal(401, (await Run.GetAsync(address, "/t/acme/metrics")).Status);
        Assert.Equal(404, (await GetAsync(address, "/t/gamma/metrics", "acme-scraper")).Status);
        Assert.Equal(404, (await GetAsync(address, "/t/delta/metrics", "acme-scraper")).Status);
    }

    [Fact]
    public async Task Wrong_tokens_close_it_for_a_while()
    {
        await using var gateway = await GatewayProcess.StartAsync(Teams);
        var address = gateway.Address("Channels");
        for (int i = 0; i < 10; i++)
            Assert.Equal(401, (await GetAsync(address, "/t/acme/metrics", $"guess-{i}")).Status);

        Assert.Equal(429, (await GetAsync(address, "/t/acme/metrics", "acme-scraper")).Status);
    }

    static Task<HttpReply> GetAsync(Uri address, string target, string token, params (string, string?)[] headers) =>
        Run.RequestAsync(address, "GET", target, null, [("Authorization", $"Bearer {token}"), .. headers]);
}
