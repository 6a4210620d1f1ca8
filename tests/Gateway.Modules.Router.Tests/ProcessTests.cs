using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>The gateway as its operators run it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task SIGTERM_tells_the_clients_calls_the_services_and_ends_with_0()
    {
        await using var service = await Service.StartAsync();
        service.On("/before_unsubscribe", async (context, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            await Service.JsonAsync(context, """{"status":"ok"}""");
        });
        await using var gateway = await GatewayProcess.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0",
              "Redis": { "EmbeddedPort": 0 },
              "Drain": { "Window": "00:00:00.5" },
              "Modules": {
                "Router": {
                  "Services": { "told": {
                    "RequireAuthentication": false,
                    "BeforeUnsubscribe": "{{service.Url("/before_unsubscribe")}}", "OnUnsubscribe": "{{service.Url("/on_unsubscribe")}}"
                  } },
                  "MetricsLogInterval": "00:00:00.5"
                }
              }
            }
            """);
        var clients = new List<RouterClient>();
        for (int i = 0; i < 3; i++)
        {
            var wire = await WireClient.ConnectAsync(gateway.Address("Router"));
            Assert.Equal(101, (await wire.UpgradeAsync("/router")).Status);
            clients.Add(new RouterClient(wire));
            await clients[i].SubscribeAsync($"told.{i}");
            await clients[i].SubscribeAsync("told.all");
        }
        await Eventually.BecomesTrueAsync(
            () => gateway.Stderr.Any(line => line.Contains("Sessions 3, topics 4;", StringComparison.Ordinal)), "a line with the main figures");

        gateway.Signal(GatewayProcess.SigTerm);
        foreach (var client in clients)
        {
            var close = await client.Wire.ReadMessageAsync();
            Assert.Equal((WireOpcode.Close, 1000, ""), (close.Opcode, close.CloseCode, close.CloseReason));
            await client.DisposeAsync();
        }

        Assert.Equal(0, await gateway.ExitAsync(TimeSpan.FromMinutes(1)));
        string[] expected = [.. new[] { "0", "1", "2", "all", "all", "all" }.Select(topic => $$"""{"subscription":"told.{{topic}}"}""")];
        Assert.Equal(expected, service.Bodies("/before_unsubscribe").Order());
        Assert.Equal(expected, service.Bodies("/on_unsubscribe").Order());
    }
}
