using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.Testing;
using Gateway.Testing.Browser;
using Microsoft.Playwright;

namespace Gateway.Host.Tests;

/// <summary>The operators' page in a real browser, before a whole gateway with all modules.</summary>
public class ConsoleTests(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>Set, it names a folder for a picture of each look of the page.</summary>
    const string PicturesVariable = "TEST_PICTURES";

    const string AllModules = """
        {
          "Urls": "http://127.0.0.1:0",
          "Redis": { "EmbeddedPort": 0 },
          "Modules": { "Channels": {}, "JsonStore": {}, "Events": { "Path": "/" }, "Streams": { "Path": "/" }, "Router": {} },
          "Tenants": { "acme": { "Limits": { "Connections": 10, "StorageBytes": 1000000 }, "Modules": { "Events": { "Enabled": false } } } }
        }
        """;

    const string Hostile = "/channels/%3Cimg%20src=x%20onerror=%22document.title='hacked'%22%3E";

    readonly ConcurrentQueue<string> _foreignRequests = [];
    readonly ConcurrentQueue<string> _complaints = [];

    [SkippableFact]
    public async Task A_stalled_client_is_found_and_closed()
    {
        var browser = chromium.Browser;
        await using var gateway = await GatewayProcess.StartAsync(AllModules);
        var address = gateway.Address("Channels");
        await using var stalled = await WireClient.ConnectAsync(address, receiveBufferSize: 4096);
        Assert.Equal(101, (await stalled.UpgradeAsync(Hostile)).Status);
        await Run.AwaitServedAsync(stalled);
        await using var context = await browser.NewContextAsync();
        var page = await OpenAsync(context, address, "slow");
        await page.GetByText("Nobody is behind.").WaitForAsync();
        for (int i = 0; i < 40; i++)
            Assert.Equal(200, (await Run.RequestAsync(address, "POST", Hostile, new string('x', 60_000))).Status);

        var row = page.Locator("tbody tr");
        await row.WaitForAsync();
        Assert.Matches(@"\d MB", await row.TextContentAsync());
        // By the keyboard alone.
        await row.GetByRole(AriaRole.Button, new() { Name = "Details" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#close-reason").FillAsync("reads too little");
        await page.Keyboard.PressAsync("Enter");

        await page.GetByText("Nobody is behind.").WaitForAsync();
        await page.GotoAsync(new Uri(address, "/admin/#log").AbsoluteUri);
        await page.Locator("td", new() { HasTextString = "kicked" }).First.WaitForAsync();
        NothingStrange();
    }

    [SkippableFact]
    public async Task Every_view_shows_what_there_is_and_interprets_nothing()
    {
        var browser = chromium.Browser;
        await using var gateway = await GatewayProcess.StartAsync(AllModules);
        var address = gateway.Address("Channels");
        await using var one = await Run.SubscribeAsync(address, Hostile);
        await using var two = await Run.SubscribeAsync(address, "/t/acme/channels/a");
        await using var context = await browser.NewContextAsync();
        var page = await OpenAsync(context, address, "overview");
        // A second has passed when there are rates.
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.card polyline').length >= 7 && document.querySelector('.card polyline').getAttribute('points').length > 5");
        Assert.Equal(9, await page.Locator("main tbody tr").CountAsync() - await page.Locator("main > div:last-child tbody tr").CountAsync());

        var expected = new Dictionary<string, string>
        {
            ["connections"] = "127.0.0.1 (websocket)",
            ["topics"] = "/<img src=x onerror=\"document.title='hacked'\">",
            ["modules"] = "MaxMessageBytes",
            ["tenants"] = "connections",
            ["log"] = "Nobody has been closed or refused.",
            ["settings"] = "EmbeddedPort",
        };
        foreach (var (view, text) in expected)
        {
            await page.GotoAsync(new Uri(address, $"/admin/#{view}").AbsoluteUri);
            await page.Locator("main").GetByText(text).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
            Assert.Equal(0, await page.Locator("main img").CountAsync());
            Assert.EndsWith("Gateway console", await page.TitleAsync(), StringComparison.Ordinal);
        }
        NothingStrange();
    }

    [SkippableFact]
    public async Task Each_protocol_can_be_tried()
    {
        var browser = chromium.Browser;
        await using var gateway = await GatewayProcess.StartAsync(AllModules);
        var address = gateway.Address("Channels");
        await using var context = await browser.NewContextAsync();
        var page = await OpenAsync(context, address, "try");
        await page.Locator("#try-go").WaitForAsync();

        await TryAsync("Channels", "Subscribe, and publish to yourself and others", "hello");
        await TryAsync("JsonStore", "Set a value", "202 Accepted");
        await TryAsync("JsonStore", "Watch it", "{\"title\":\"hello\",\"visits\":1}");
        await TryAsync("Router", "Ping", "\"event\":\"pong\"");
        await TryAsync("Events", "Make an account", "\"id\"");
        await TryAsync("Events", "Listen", "retry:");
        await TryAsync("Streams", "Write a stream", "201 Created");
        await TryAsync("Streams", "Read it, live", "the bytes");
        NothingStrange();

        async Task TryAsync(string module, string example, string answer)
        {
            await page.Locator("#try-module").SelectOptionAsync(module);
            await page.Locator("#try-example").SelectOptionAsync(example);
            await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
            await page.Locator("#try-go").ClickAsync();
            await page.Locator("#frames li:not(.out)").Filter(new() { HasTextString = answer }).First.WaitForAsync();
            if (await page.Locator("#try-end").IsEnabledAsync())
                await page.Locator("#try-end").ClickAsync();
            await page.Locator("#try-end:disabled").WaitForAsync();
        }
    }

    [SkippableFact]
    public async Task It_asks_for_the_token_and_keeps_what_it_shows_from_others()
    {
        var browser = chromium.Browser;
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Admin": { "Token": "operators-secret" }, "Modules": { "Channels": {} } }""");
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(gateway.Address("Channels").GetLeftPart(UriPartial.Authority) + "/");
        Assert.EndsWith("/admin/", page.Url, StringComparison.Ordinal);
        await page.Locator("#token").FillAsync("guess");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#refusal").GetByText("not valid here").WaitForAsync();
        Assert.True(await page.Locator("main").IsHiddenAsync());

        await page.Locator("#token").FillAsync("operators-secret");
        await page.Keyboard.PressAsync("Enter");

        await page.Locator("main td").GetByText("Channels").First.WaitForAsync();
    }

    [SkippableTheory]
    [InlineData("console", 1200, 800, ColorScheme.Light), InlineData("console-dark", 1200, 800, ColorScheme.Dark)]
    [InlineData("console-phone", 360, 740, ColorScheme.Light), InlineData("console-phone-dark", 360, 740, ColorScheme.Dark)]
    public async Task It_is_readable_in_light_and_dark_and_on_a_phone(string look, int width, int height, ColorScheme scheme)
    {
        var browser = chromium.Browser;
        await using var gateway = await GatewayProcess.StartAsync(AllModules);
        var address = gateway.Address("Channels");
        var clients = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Run.SubscribeAsync(address, $"/channels/room/{i % 4}")));
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        var page = await OpenAsync(context, address, "overview");
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 1 + (round % 4); i++)
                await Run.RequestAsync(address, "POST", $"/channels/room/{i}", "a message for the picture");
            int before = await PointsAsync();
            await Eventually.BecomesTrueAsync(async () => await PointsAsync() > before, "the next second");
        }

        foreach (string view in new[] { "overview", "connections", "topics", "modules", "tenants", "try", "log" })
        {
            if (view != "overview")
                await page.GotoAsync(new Uri(address, $"/admin/#{view}").AbsoluteUri);
            await page.WaitForFunctionAsync("() => document.querySelector('main').children.length > 0");
            Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
            if (Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } folder)
            {
                await page.WaitForTimeoutAsync(1500);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, view == "overview" ? $"{look}.png" : $"{look}-{view}.png") });
            }
        }
        NothingStrange();
        foreach (var client in clients)
            await client.DisposeAsync();

        Task<int> PointsAsync() => page.EvaluateAsync<int>("() => document.querySelector('.card polyline')?.getAttribute('points').split(' ').length ?? 0");
    }

    [Theory]
    [InlineData("/admin/", "text/html; charset=utf-8")]
    [InlineData("/admin/console.js", "text/javascript; charset=utf-8")]
    [InlineData("/admin/try.js", "text/javascript; charset=utf-8")]
    [InlineData("/admin/console.css", "text/css; charset=utf-8")]
    public async Task It_is_served_with_a_policy_that_allows_nothing_else(string path, string type)
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var reply = await Run.GetAsync(gateway.Address("Channels"), path);

        Assert.Equal((200, type, "nosniff"), (reply.Status, reply.Header("Content-Type"), reply.Header("X-Content-Type-Options")));
        Assert.Equal(
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            reply.Header("Content-Security-Policy"));
        Assert.Equal(403, (await Run.RequestAsync(gateway.Address("Channels"), "GET", path, null, ("X-Forwarded-For", "10.0.0.1"))).Status);
    }

    [Fact]
    public async Task On_addresses_of_its_own_it_may_try_the_modules_that_are_elsewhere()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Admin": { "Listen": "http://127.0.0.1:0" }, "Modules": { "Channels": {} } }""");
        var modules = gateway.Address("Channels");
        var reply = await Run.GetAsync(gateway.Address("admin"), "/admin/");

        Assert.Equal(200, reply.Status);
        Assert.Contains($"connect-src 'self' http://127.0.0.1:{modules.Port} ws://127.0.0.1:{modules.Port};", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(404, (await Run.GetAsync(modules, "/admin/")).Status);
        var index = await Run.RequestAsync(modules, "GET", "/", null, ("Accept", "text/html"));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(index.Body).RootElement.ValueKind);
    }

    async Task<IPage> OpenAsync(IBrowserContext context, Uri address, string view)
    {
        var page = await context.NewPageAsync();
        page.Request += (_, request) => Note(request.Url, address);
        page.WebSocket += (_, socket) => Note(socket.Url, address);
        page.Console += (_, message) => _complaints.Enqueue(message.Text);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        await page.GotoAsync(new Uri(address, $"/admin/#{view}").AbsoluteUri);
        await page.Locator("#state.live").WaitForAsync();
        return page;
    }

    void Note(string url, Uri page)
    {
        if (new Uri(url).Authority != page.Authority)
            _foreignRequests.Enqueue(url);
    }

    void NothingStrange()
    {
        Assert.Empty(_foreignRequests);
        Assert.Empty(_complaints);
    }
}
