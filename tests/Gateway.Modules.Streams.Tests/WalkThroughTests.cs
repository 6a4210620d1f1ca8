using System.Diagnostics;
using Gateway.Testing;
using Gateway.Testing.Browser;

namespace Gateway.Modules.Streams.Tests;

/// <summary>What the module's README invites to, as it is written there: a pipe, three who watch, a restart.</summary>
public sealed class WalkThroughTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Lines = "1\n2\n3\n";

    [SkippableFact]
    public async Task Lines_are_seen_live_by_a_reader_a_browser_and_a_spy_and_are_there_after_a_restart()
    {
        using var data = new TemporaryFolder();
        Uri address;
        await using (var gateway = await StreamsGateway.StartProcessAsync(data))
        {
            address = gateway.Address("Streams");
            await using var spy = await LiveConsumer.BeginAsync(address, "/spy?color");
            using var pipe = Pipe($"for i in 1 2 3; do echo $i; sleep 1; done | '{Repository.Dotnet}' '{Repository.GatewayProgram}' stream {address} demo");
            await using var reader = await LiveConsumer.BeginAsync(address, "/stream/demo?wait=60");
            var page = await chromium.Browser.NewPageAsync();
            await page.GotoAsync($"{address}stream/demo");
            foreach (string line in Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await page.Locator("#log div").GetByText(line).WaitForAsync();
            await reader.HasReadAsync(Lines);
            Assert.True(await reader.ReadsToCleanEndAsync());
            await page.Locator("#state.complete").WaitForAsync();
            await page.CloseAsync();
            while (!spy.Text.Contains("END:", StringComparison.Ordinal))
                Assert.True(await spy.ReadChunkAsync());
            Assert.Contains("START:", spy.Text, StringComparison.Ordinal);
            await pipe.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal((0, "201 Created\n"), (pipe.ExitCode, await pipe.StandardOutput.ReadToEndAsync()));
        }

        await using var again = await StreamsGateway.StartProcessAsync(data, address.Port);
        await using var client = await WireClient.ConnectAsync(address);
        var whole = await client.RequestAsync("GET", "/stream/demo");
        Assert.Equal((200, "complete", Lines), (whole.Status, whole.Header("X-Stream-State"), whole.Text));
        var part = await client.RequestAsync("GET", "/stream/demo", null, ("Range", "bytes=2-3"));
        Assert.Equal((206, "2\n"), (part.Status, part.Text));
        Assert.Contains("demo", (await client.RequestAsync("GET", "/stream")).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await client.RequestAsync("DELETE", "/stream/demo")).Status / 100);
        Assert.Equal(404, (await client.RequestAsync("GET", "/stream/demo")).Status);
    }

    static Process Pipe(string command) => Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true })!;
}
