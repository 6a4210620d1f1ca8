using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>What is counted is what is there, whatever has happened.</summary>
public class MetricsTruthTests
{
    const int Rounds = 12;
    const int Clients = 40;
    const int Killed = 7;

    [Fact]
    public async Task After_a_storm_of_connects_drops_and_kills_the_gauges_are_what_is_there()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "QueueBytes": 100000 } }, "Tenants": { "acme": { "Limits": { "Connections": 25 } } } }""");
        var address = gateway.Address("Channels");
        var kept = new List<WireClient>();
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var ends = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => ComeAndGoAsync(address, (round * Clients) + i)));
            kept.AddRange(ends.OfType<WireClient>());
            refused += ends.Count(end => end is false);
        }
        await Eventually.BecomesTrueAsync(
            async () => (await Run.MetricsAsync(address)).Sum("gateway_connections") == kept.Count, $"{kept.Count} connections to be counted");
        foreach (var victim in (await GetAsync(address, $"/admin/api/connections?limit={Killed}")).GetProperty("items").EnumerateArray())
            Assert.Equal(200, (await Run.RequestAsync(address, "POST", $"/admin/api/connections/{victim.GetProperty("id").GetInt64()}/close")).Status);
        int own = kept.Count - Killed;
        await Eventually.BecomesTrueAsync(async () => (await Run.MetricsAsync(address)).Sum("gateway_connections") == own, $"{own} connections to be counted");

        var metrics = await Run.MetricsAsync(address);
        var listed = await GetAsync(address, "/admin/api/connections?limit=1000");
        Assert.Equal(own, listed.GetProperty("total").GetInt32());
        foreach (string tenant in (string[])["default", "acme"])
        {
            int open = listed.GetProperty("items").EnumerateArray().Count(connection => connection.GetProperty("tenant").GetString() == tenant);
            Assert.Equal(open, metrics.Sum("gateway_connections", ("tenant", tenant)));
            Assert.Equal(open, metrics.Sum("gateway_connections_opened_total", ("tenant", tenant)) - metrics.Sum("gateway_connections_closed_total", ("tenant", tenant)));
            var usage = (await GetAsync(address, $"/admin/api/tenants?tenant={tenant}"))[0].GetProperty("limits")[0];
            Assert.Equal(("connections", open), (usage.GetProperty("name").GetString(), usage.GetProperty("used").GetInt32()));
        }
        Assert.Equal(refused, metrics.Sum("gateway_tenant_limit_refusals_total", ("tenant", "acme"), ("limit", "connections")));
        Assert.Equal(0, metrics.Sum("gateway_queue_bytes"));
        Assert.NotEqual(0, metrics.Sum("gateway_connections_closed_total", ("reason", "kicked")));
        Assert.NotEqual(0, metrics.Sum("gateway_connections_closed_total", ("reason", "client_gone")));
        Assert.NotEqual(0, metrics.Sum("gateway_frames_dropped_total", ("reason", "no_subscriber")));

        foreach (var client in kept)
            await client.DisposeAsync();
        await Eventually.BecomesTrueAsync(async () => (await Run.MetricsAsync(address)).Sum("gateway_connections") == 0, "nobody to be counted");
        Assert.All((await GetAsync(address, "/admin/api/tenants")).EnumerateArray(), tenant => Assert.Equal(0, tenant.GetProperty("limits")[0].GetProperty("used").GetInt32()));
    }

    // The client where it stays, false where it was refused, else null.
    static async Task<object?> ComeAndGoAsync(Uri address, int number)
    {
        string target = number % 3 == 0 ? $"/t/acme/channels/{number % 5}" : $"/channels/{number % 5}";
        var client = await WireClient.ConnectAsync(address);
        var reply = await client.UpgradeAsync(target);
        if (reply.Status == 429)
        {
            await client.DisposeAsync();
            return false;
        }
        Assert.Equal(101, reply.Status);
        switch (number % 8)
        {
            case 0:
                await client.SendCloseAsync(1000);
                break;
            case 1 or 6:
                return client;
            case 2:
                await Run.RequestAsync(address, "POST", "/channels/nobody", "x");
                break;
            case 4:
                await client.SendTextAsync("to all in the channel");
                break;
        }
        await client.DisposeAsync();
        return null;
    }

    static async Task<JsonElement> GetAsync(Uri address, string target) => JsonDocument.Parse((await Run.GetAsync(address, target)).Body).RootElement;
}
