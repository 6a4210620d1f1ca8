using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class DiskTests
{
    [SkippableFact]
    public async Task A_full_disk_refuses_writes_and_reddens_readiness_while_reads_go_on_and_heals_by_itself()
    {
        using var disk = SmallDisk.TryMount(megabytes: 12);
        Skip.If(disk == null, SmallDisk.NotHere);
        await using var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0",
              "DataDirectory": "{{disk!.Path}}",
              "Modules": { "JsonStore": {} }
            }
            """);
        await using var client = await WireClient.ConnectAsync(gateway.Address("JsonStore"));
        Assert.Equal(202, (await client.RequestAsync("PUT", "/json/kept?durable", "1")).Status);
        disk.Fill();

        HttpReply reply;
        int tries = 0;
        do
            reply = await client.RequestAsync("PUT", "/json/large?durable", $"\"{tries}{new string('x', 500_000)}\"");
        while (reply.Status == 202 && ++tries < 50);

        Assert.Equal(503, reply.Status);
        Assert.Contains("storage_unavailable", reply.Text, StringComparison.Ordinal);
        Assert.Equal(503, (await client.RequestAsync("PUT", "/json/small", "1")).Status);
        Assert.Equal("1", (await client.RequestAsync("GET", "/json/kept")).Text);
        var ready = await client.RequestAsync("GET", "/health/ready");
        Assert.Equal(503, ready.Status);
        Assert.Contains("JsonStore/disk", ready.Text, StringComparison.Ordinal);

        disk.Clear();
        await Eventually.BecomesTrueAsync(
            async () => (await client.RequestAsync("PUT", "/json/small?durable", "2")).Status == 202, "writes to be taken again");
        Assert.Equal(200, (await client.RequestAsync("GET", "/health/ready")).Status);
    }
}
