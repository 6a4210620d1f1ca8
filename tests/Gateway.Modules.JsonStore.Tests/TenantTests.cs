using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class TenantTests
{
    [Fact]
    public async Task Each_tenant_has_a_document_pushes_and_a_quota_of_its_own()
    {
        await using var gateway = await GatewayFixture.StartAsync("""
            {
              "Urls": "http://127.0.0.1:0",
              "Modules": { "JsonStore": {} },
              "Tenants": { "acme": { "Modules": { "JsonStore": {} }, "Limits": { "StorageBytes": 20000 } } }
            }
            """);
        var address = gateway.Address("JsonStore");
        await using var client = await WireClient.ConnectAsync(address);
        await using var ours = await WireClient.ConnectAsync(address);
        await using var theirs = await WireClient.ConnectAsync(address);
        Assert.Equal(101, (await ours.UpgradeAsync("/json/a")).Status);
        Assert.Equal(101, (await theirs.UpgradeAsync("/t/acme/json/a")).Status);
        Assert.Equal("null", await ours.ReadTextAsync());
        Assert.Equal("null", await theirs.ReadTextAsync());

        Assert.Equal(202, (await client.RequestAsync("PUT", "/t/acme/json/a", "1")).Status);

        Assert.Equal("1", await theirs.ReadTextAsync());
        await ours.IsSilentAsync();
        Assert.Equal(404, (await client.RequestAsync("GET", "/json/a")).Status);
        var over = await client.RequestAsync("PUT", "/t/acme/json/b", $"\"{new string('x', 20_000)}\"");
        Assert.Equal((429, "10"), (over.Status, over.Header("Retry-After")));
        Assert.Contains("storage_limit_reached", over.Text, StringComparison.Ordinal);
        Assert.Equal(202, (await client.RequestAsync("PUT", "/json/b", $"\"{new string('x', 20_000)}\"")).Status);
    }

    [Fact]
    public async Task What_was_overwritten_does_not_fill_the_quota_for_good()
    {
        await using var gateway = await GatewayFixture.StartAsync("""
            {
              "Urls": "http://127.0.0.1:0",
              "Modules": {},
              "Tenants": { "acme": { "Modules": { "JsonStore": {} }, "Limits": { "StorageBytes": 20000 } } }
            }
            """);
        await using var client = await WireClient.ConnectAsync(gateway.Address("acme/JsonStore"));

        for (int i = 0; i < 100; i++)
        {
            await Eventually.BecomesTrueAsync(
                async () => (await client.RequestAsync("PUT", "/t/acme/json/a", $"\"{i}{new string('x', 2_000)}\"")).Status == 202, "room in the quota");
        }
    }
}
