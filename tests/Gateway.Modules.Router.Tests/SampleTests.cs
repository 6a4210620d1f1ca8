using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Gateway.Testing.Browser;

namespace Gateway.Modules.Router.Tests;

/// <summary>The example of the README: the shop in <c>samples/books</c>, with the settings of <c>gateway.json</c>.</summary>
public sealed class SampleTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    readonly int _port = FreePort.Find();
    GatewayFixture _gateway = null!;
    Process _shop = null!;

    string Shop => $"http://127.0.0.1:{_port}";

    public async Task InitializeAsync()
    {
        _gateway = await GatewayFixture.StartAsync(await SettingsAsync(), "--Urls=http://127.0.0.1:0", "--Redis:EmbeddedPort=0");
        string folder = Path.Combine(Repository.Root, "samples", "books");
        _shop = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(folder, "bin", Repository.BuildConfiguration, "net10.0", "Books.dll"), $"--Url={Shop}", $"--Redis={new Uri(_gateway.EmbeddedRedis!).Authority}"])
        {
            WorkingDirectory = folder,
        })!;
        using var http = new HttpClient();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                try
                {
                    return (await http.GetAsync(new Uri(Shop))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the shop to open");
    }

    public async Task DisposeAsync()
    {
        _shop.Kill();
        await _shop.WaitForExitAsync();
        _shop.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Everybody_who_watches_a_book_learns_that_one_was_sold()
    {
        await using var buyer = await VisitAsync("ann");
        await using var watcher = await VisitAsync("bob");
        await buyer.AskAsync("""{"event":"subscribe","subscription":"books.4"}""",
            """{"event":"subscribe","subscription":"books.4","status":"error","error":"No such book."}""");
        foreach (var visitor in new[] { buyer, watcher })
            await visitor.AskAsync("""{"event":"subscribe","subscription":"books.2"}""", """{"event":"subscribe","subscription":"books.2","status":"ok","data":{"copies":3}}""");

        await buyer.SendAsync("""{"event":"message","subscription":"books.2"}""");

        await watcher.ExpectPushesAsync("books.2", """{"copies":2,"buyer":"ann"}""");
        JsonObject[] got = [await buyer.ReadAsync(), await buyer.ReadAsync()];
        Assert.Contains(got, message => message["data"]!.ToJsonString() == """{"copies":2,"buyer":"ann"}""");
        Assert.Contains(got, message => message["data"]!.ToJsonString() == """{"bought":true}""");
    }

    [SkippableFact]
    public async Task The_page_shows_what_is_sold()
    {
        string address = $"{Shop}/?gateway=ws://{_gateway.Address("Router").Authority}/router";
        var first = await chromium.Browser.NewPageAsync();
        var second = await chromium.Browser.NewPageAsync();
        await first.GotoAsync(address);
        await second.GotoAsync(address);
        await first.GetByText("Book 1: 12 left").WaitForAsync();
        await second.GetByText("Book 1: 12 left").WaitForAsync();

        await first.Locator("button").First.ClickAsync();

        await second.GetByText("Book 1: 11 left").WaitForAsync();
        await first.GetByText("Book 1: 11 left").WaitForAsync();
    }

    // Those of the repository, without the modules that are not here.
    async Task<string> SettingsAsync()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "gateway.json"));
        var settings = JsonNode.Parse(text, null, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        settings["Modules"] = new JsonObject { ["Router"] = settings["Modules"]!["Router"]!.DeepClone() };
        return settings.ToJsonString().Replace("http://127.0.0.1:8090", Shop, StringComparison.Ordinal);
    }

    async Task<RouterClient> VisitAsync(string name)
    {
        var wire = await WireClient.ConnectAsync(_gateway.Address("Router"));
        Assert.Equal(101, (await wire.UpgradeAsync("/router")).Status);
        var client = new RouterClient(wire);
        await client.AskAsync($$"""{"event":"auth","ticket":"ticket-for:{{name}}"}""", """{"event":"auth","status":"ok"}""");
        return client;
    }
}
