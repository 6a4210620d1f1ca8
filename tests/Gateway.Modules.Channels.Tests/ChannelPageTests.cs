using System.Collections.Concurrent;
using Gateway.Core.Connections;
using Gateway.Testing;
using Gateway.Testing.Browser;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Gateway.Modules.Channels.Tests;

/// <summary>The page of a channel in a real browser.</summary>
public class ChannelPageTests(Chromium chromium, ChannelsGateway gateway) : IClassFixture<Chromium>, IClassFixture<ChannelsGateway>
{
    /// <summary>Set, it names a folder for a picture of each look of the page.</summary>
    const string PicturesVariable = "TEST_PICTURES";

    readonly ConcurrentQueue<string> _foreignRequests = [];
    readonly ConcurrentQueue<string> _complaints = [];

    [SkippableTheory, InlineData(Door.SharedPath), InlineData(Door.OwnAddress), InlineData(Door.OwnAddressTls), InlineData(Door.SharedPathTls)]
    public async Task It_shows_what_is_POSTed_and_sends_what_is_typed(Door door)
    {
        string channel = gateway.NewChannel();
        await using var context = await ContextAsync();
        var page = await OpenAsync(context, door, channel);
        await using var client = await gateway.SubscribeAsync(door, channel);

        await gateway.PostAsync(door, channel, "grüß dich 😀\nsecond line");
        await Text(page, "grüß dich 😀\nsecond line").WaitForAsync();
        Assert.Equal("grüß dich 😀\nsecond line", await client.ReadTextAsync());

        await page.Locator("#text").FillAsync("typed <b>here</b>");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("typed <b>here</b>", await client.ReadTextAsync());
        await Text(page, "typed <b>here</b>").WaitForAsync();
        Assert.Equal("", await page.Locator("#text").InputValueAsync());

        await page.Locator("#text").FillAsync("by button");
        await page.Locator("#send").ClickAsync();
        Assert.Equal("by button", await client.ReadTextAsync());
        NothingForeign();
    }

    [SkippableFact]
    public async Task It_shows_bytes_in_hexadecimal()
    {
        string channel = gateway.NewChannel();
        await using var context = await ContextAsync();
        var page = await OpenAsync(context, Door.SharedPath, channel);
        await gateway.PostAsync(Door.SharedPath, channel, [0xff, 0, 0x1a], "application/octet-stream");
        await Text(page, "ff 00 1a").WaitForAsync();
        NothingForeign();
    }

    [SkippableFact]
    public async Task It_does_not_send_or_show_empty_messages()
    {
        string channel = gateway.NewChannel();
        await using var context = await ContextAsync();
        var page = await OpenAsync(context, Door.SharedPath, channel);
        await page.Locator("#text").PressAsync("Enter");
        await gateway.PostAsync(Door.SharedPath, channel, "something");
        await Text(page, "something").WaitForAsync();
        Assert.Equal(1, await page.Locator("#messages li").CountAsync());
    }

    [SkippableTheory, InlineData("/<xss>"), InlineData("/<img src=x onerror=\"document.title='hacked'\">"), InlineData("/{{channel}}/*script*/</script>")]
    public async Task A_hostile_name_stays_text(string channel)
    {
        await using var context = await ContextAsync();
        var page = await OpenAsync(context, Door.OwnAddress, "/" + Uri.EscapeDataString(channel[1..]));
        Assert.Equal(channel, await page.Locator("h1").TextContentAsync());
        Assert.StartsWith(channel, await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("xss, img, body script ~ script").CountAsync());
        NothingForeign();
    }

    [SkippableFact]
    public async Task Hostile_messages_stay_text()
    {
        string channel = gateway.NewChannel();
        await using var context = await ContextAsync();
        var page = await OpenAsync(context, Door.SharedPath, channel);
        string[] hostile =
        [
            "<img src=x onerror=\"document.title='hacked'\">", "<script>document.title='hacked'</script>",
            "javascript:alert(1)", "</li></ol><form action='https://evil.test'>", "<style>*{display:none}</style>", "<xss>",
        ];
        foreach (string message in hostile)
        {
            await gateway.PostAsync(Door.SharedPath, channel, message);
            await Text(page, message).WaitForAsync();
        }
        Assert.Equal(hostile, await page.Locator("#messages li span").AllTextContentsAsync());
        Assert.Equal(0, await page.Locator("#messages :is(img, script, form, style, xss, a)").CountAsync());
        Assert.StartsWith("/channel", await page.TitleAsync(), StringComparison.Ordinal);
        NothingForeign();
    }

    [SkippableFact]
    public async Task It_reconnects_after_the_gateway_has_closed_it()
    {
        string channel = gateway.NewChannel();
        await using var context = await ContextAsync(width: 360);
        await gateway.IsDesertedAsync();
        var page = await OpenAsync(context, Door.SharedPath, channel);
        await gateway.PostAsync(Door.SharedPath, channel, "before");
        await Text(page, "before").WaitForAsync();

        await page.EvaluateAsync("""
            () => {
              window.states = [];
              new MutationObserver(() => states.push(document.getElementById('state').textContent + ' in ' + document.documentElement.scrollWidth))
                .observe(document.getElementById('state'), { childList: true });
            }
            """);
        var registry = gateway.Gateway.Services.GetRequiredService<ConnectionRegistry>();
        registry.Connections.Single().Close(CloseReason.Kicked);
        await page.WaitForFunctionAsync("() => window.states.at(-1)?.startsWith('connected')");
        string[] states = await page.EvaluateAsync<string[]>("() => window.states");
        Assert.Contains("closed: 1008 closed by an operator in 360", states);

        await Eventually.BecomesTrueAsync(
            async () => (await gateway.PostAsync(Door.SharedPath, channel, "after")).Header("X-Subscribers") == "1", "the page to be back");
        await Text(page, "after").First.WaitForAsync();
        Assert.True(await page.Locator("#send").IsEnabledAsync());
        NothingForeign();
    }

    [SkippableTheory]
    [InlineData("light", 1000, 700, ColorScheme.Light), InlineData("dark", 1000, 700, ColorScheme.Dark)]
    [InlineData("phone", 360, 640, ColorScheme.Light), InlineData("phone-dark", 360, 640, ColorScheme.Dark)]
    public async Task It_is_readable_in_light_and_dark_and_on_a_phone(string look, int width, int height, ColorScheme scheme)
    {
        string channel = "/orders/" + look;
        await using var context = await ContextAsync(width, height, scheme);
        var page = await OpenAsync(context, Door.OwnAddress, channel);
        await FillAsync(channel);
        await Text(page, "the last of many").WaitForAsync();
        if (Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{look}.png") });

        // Nothing sticks out, the last message and the form are in sight, and the text stands out from what is behind it.
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Equal(height, await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight"));
        foreach (string visible in new[] { "h1", "#state", "#text", "#send", "#messages li:last-child" })
        {
            var box = (await page.Locator(visible).BoundingBoxAsync())!;
            Assert.True(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= width && box.Y + box.Height <= height + 1, visible);
        }
        foreach (string read in new[] { "h1", "#state", "#messages li:last-child span", "#messages li:last-child time", "#text", "#send" })
            Assert.True(await ContrastAsync(page, read) >= 4.5, $"{read} has a contrast of {await ContrastAsync(page, read):0.0}");
        NothingForeign();
    }

    async Task FillAsync(string channel)
    {
        for (int i = 0; i < 30; i++)
            await gateway.PostAsync(Door.OwnAddress, channel, $$"""{"order": {{i}}, "state": "paid"}""");
        await gateway.PostAsync(Door.OwnAddress, channel, "a-word-without-any-space-" + new string('x', 300));
        await gateway.PostAsync(Door.OwnAddress, channel, [.. Enumerable.Range(0, 48).Select(i => (byte)(i * 5))], "application/octet-stream");
        await gateway.PostAsync(Door.OwnAddress, channel, "several\nlines of text, one of which is rather long so that it has to be broken somewhere");
        await gateway.PostAsync(Door.OwnAddress, channel, "the last of many");
    }

    async Task<IBrowserContext> ContextAsync(int width = 1000, int height = 700, ColorScheme scheme = ColorScheme.Light) =>
        await chromium.Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            IgnoreHTTPSErrors = true,
        });

    async Task<IPage> OpenAsync(IBrowserContext context, Door door, string channel)
    {
        var address = new Uri(gateway.Address(door), ChannelsGateway.Target(door, channel));
        var page = await context.NewPageAsync();
        page.Request += (_, request) => Note(request.Url, address);
        page.WebSocket += (_, socket) => Note(socket.Url, address);
        page.Console += (_, message) => _complaints.Enqueue(message.Text);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        await page.GotoAsync(address.AbsoluteUri);
        await page.Locator("#state.open").WaitForAsync();
        string name = Uri.UnescapeDataString(channel);
        await Eventually.BecomesTrueAsync(() => gateway.Topics.Topics.Any(topic => topic.Key == name && topic.Value > 0), "the page to be subscribed");
        return page;
    }

    void Note(string url, Uri page)
    {
        if (new Uri(url).Authority != page.Authority)
            _foreignRequests.Enqueue(url);
    }

    void NothingForeign()
    {
        Assert.Empty(_foreignRequests);
        Assert.Empty(_complaints);
    }

    static ILocator Text(IPage page, string text) =>
        page.Locator("#messages li span").Filter(new() { HasTextRegex = new($"^{System.Text.RegularExpressions.Regex.Escape(text)}$") });

    // WCAG 2.1, section 1.4.3, by way of a canvas, which knows every way to write a colour.
    static Task<double> ContrastAsync(IPage page, string selector) => page.EvaluateAsync<double>("""
        selector => {
          const rgba = colour => {
            const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            context.fillStyle = colour;
            context.fillRect(0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data];
          };
          const luminance = ([r, g, b]) => {
            const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          const element = document.querySelector(selector);
          let behind = element;
          while (behind && rgba(getComputedStyle(behind).backgroundColor)[3] === 0)
            behind = behind.parentElement;
          const dark = matchMedia('(prefers-color-scheme: dark)').matches;
          const back = behind ? rgba(getComputedStyle(behind).backgroundColor) : dark ? [18, 18, 18] : [255, 255, 255];
          const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(back)];
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
        """, selector);
}
