using Gateway.Testing;
using Gateway.Testing.Browser;
using Microsoft.Playwright;

namespace Gateway.Modules.Events.Tests;

/// <summary>A real browser's EventSource, and the module's page.</summary>
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Listen = """
        address => {
          window.seen = [];
          window.source = new EventSource(address);
          window.source.addEventListener('n', event => window.seen.push(event.data));
        }
        """;

    [SkippableFact]
    public async Task The_page_makes_a_user_inserts_and_shows_the_stream()
    {
        await using var gateway = await EventsGateway.StartAsync();
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync($"{gateway.Address}events/page");
        await page.Locator("#state").GetByText("open").WaitForAsync();
        await page.Locator("#username").FillAsync("ada");
        await page.Locator("#password").FillAsync("secret");
        await page.Locator("#create").ClickAsync();
        await page.Locator("#who").GetByText("ada").WaitForAsync();
        await page.Locator("#insert button").ClickAsync();
        await page.Locator("#stream").GetByText("hello {\"text\":\"world\"}").WaitForAsync();
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task The_page_shows_what_others_insert_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var page = await chromium.Browser.NewPageAsync();
        int port = 0;
        for (int start = 0; start < 2; start++)
        {
            await using var process = await StartAsync(folder, port);
            port = process.Address("Events").Port;
            using var client = new EventsClient(process.Address("Events"));
            var user = await client.NewUserAsync($"user{start}", Guid.NewGuid());
            if (start == 0)
                await page.GotoAsync($"{process.Address("Events")}events/page");
            await page.Locator("#state").GetByText("open").WaitForAsync();
            await client.InsertAsync(user, "hello", 0, new { text = $"of start {start}" });
            await page.Locator("#stream").GetByText($$"""hello {"text":"of start {{start}}"}""").WaitForAsync();
        }
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task The_page_goes_on_after_a_restart_also_where_the_stream_is_not_public()
    {
        using var folder = new TemporaryFolder();
        var page = await chromium.Browser.NewPageAsync();
        int port = 0;
        for (int start = 0; start < 2; start++)
        {
            await using var process = await StartAsync(folder, port, "\"PublicStream\": false");
            port = process.Address("Events").Port;
            if (start == 0)
            {
                await page.GotoAsync($"{process.Address("Events")}events/page");
                await page.Locator("#state").GetByText("closed").WaitForAsync();
                await page.Locator("#username").FillAsync("ada");
                await page.Locator("#password").FillAsync("secret");
                await page.Locator("#create").ClickAsync();
            }
            await page.Locator("#state").GetByText("open").WaitForAsync();
            await page.Locator("#data").FillAsync($"\"of start {start}\"");
            await page.Locator("#insert button").ClickAsync();
            await page.Locator("#stream").GetByText($"hello \"of start {start}\"").WaitForAsync();
        }
        Assert.Single(await page.Locator("#stream").GetByText("hello \"of start 0\"").AllAsync());
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task An_EventSource_comes_back_after_a_kill_with_nothing_lost_or_repeated()
    {
        using var folder = new TemporaryFolder();
        int port;
        IPage page;
        TestUser user;
        await using (var process = await StartAsync(folder, 0))
        {
            port = process.Address("Events").Port;
            using var client = new EventsClient(process.Address("Events"));
            user = await client.NewUserAsync("ada", Guid.NewGuid());
            page = await chromium.Browser.NewPageAsync();
            await page.GotoAsync($"{process.Address("Events")}events/page");
            await page.EvaluateAsync(Listen, $"/events?collection={user.Collection}");
            for (int i = 0; i < 3; i++)
                await client.InsertAsync(user, "n", 0, i);
            await page.WaitForFunctionAsync("() => window.seen.length === 3");
        }
        await using (var process = await StartAsync(folder, port))
        {
            using var client = new EventsClient(process.Address("Events"));
            for (int i = 3; i < 6; i++)
                await client.InsertAsync(user, "n", 0, i);
            await page.WaitForFunctionAsync("() => window.seen.length >= 6");
            Assert.Equal(["0", "1", "2", "3", "4", "5"], await page.EvaluateAsync<string[]>("() => window.seen"));
            await page.CloseAsync();
        }
    }

    [SkippableFact]
    public async Task Six_tabs_each_get_every_event_and_the_gateway_still_answers()
    {
        await using var gateway = await EventsGateway.StartAsync();
        var user = await gateway.NewUserAsync();
        var context = await chromium.Browser.NewContextAsync();
        var tabs = new List<IPage>();
        for (int i = 0; i < 6; i++)
        {
            var tab = await context.NewPageAsync();
            await tab.GotoAsync($"{gateway.Address}health/live");
            await tab.EvaluateAsync(Listen, $"/events?collection={user.Collection}");
            await tab.WaitForFunctionAsync("() => window.source.readyState === 1");
            tabs.Add(tab);
        }
        for (int i = 0; i < 20; i++)
            await gateway.Client.InsertAsync(user, "n", i, i);
        foreach (var tab in tabs)
        {
            await tab.WaitForFunctionAsync("() => window.seen.length >= 20");
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), await tab.EvaluateAsync<string[]>("() => window.seen"));
        }
        // A browser has six connections for an origin by HTTP/1.1: a tab that is closed makes room for another.
        await tabs[0].CloseAsync();
        var next = await context.NewPageAsync();
        await next.GotoAsync($"{gateway.Address}health/live");
        await context.CloseAsync();
    }

    [SkippableFact]
    public async Task A_page_of_another_origin_sends_its_cookie_where_it_is_allowed()
    {
        await using var pages = await EventsGateway.StartAsync();
        string origin = $"http://127.0.0.1:{pages.Address.Port}";
        await using var gateway = await EventsGateway.StartAsync($"\"PublicStream\": false, \"AllowedOrigins\": [\"{origin}\"]");
        var user = await gateway.NewUserAsync();
        var context = await chromium.Browser.NewContextAsync();
        await context.AddCookiesAsync([new() { Name = "events_token", Value = user.Token, Url = gateway.Address.ToString(), HttpOnly = true }]);
        var page = await context.NewPageAsync();
        // The page's own policy would forbid another origin: a blank answer of the same origin has none.
        await page.GotoAsync($"{pages.Address}health/live");
        await page.EvaluateAsync("address => { window.opened = new Promise(done => { const s = new EventSource(address, { withCredentials: true }); s.onopen = () => done('open'); s.onerror = () => done('error'); }); }", $"{gateway.Address}events");
        Assert.Equal("open", await page.EvaluateAsync<string>("() => window.opened"));
        await page.EvaluateAsync("address => { window.bare = new Promise(done => { const s = new EventSource(address); s.onopen = () => done('open'); s.onerror = () => done('error'); }); }", $"{gateway.Address}events");
        Assert.Equal("error", await page.EvaluateAsync<string>("() => window.bare"));
        await context.CloseAsync();
    }

    static Task<GatewayProcess> StartAsync(TemporaryFolder folder, int port, string settings = "") => GatewayProcess.StartAsync($$"""
        { "Urls": "http://127.0.0.1:{{port}}", "DataDirectory": "{{folder.Path}}/data", "Modules": { "Events": { {{settings}} } } }
        """);
}
