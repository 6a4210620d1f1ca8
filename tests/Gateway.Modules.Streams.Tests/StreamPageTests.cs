using Gateway.Testing.Browser;
using Microsoft.Playwright;

namespace Gateway.Modules.Streams.Tests;

/// <summary>The page of a stream in a real browser.</summary>
public class StreamPageTests(Chromium chromium, StreamsGateway gateway) : IClassFixture<Chromium>, IClassFixture<StreamsGateway>
{
    [SkippableFact]
    public async Task It_shows_a_stream_live_and_its_end()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        await producer.SendAsync("one\ngrü");
        var page = await OpenAsync(target);
        await LineAsync(page, "one");
        await LineAsync(page, "grü");
        await producer.SendAsync("n \e[1;31mred\e[0m <b>plain</b>\n");
        await LineAsync(page, "grün red <b>plain</b>");
        var red = page.Locator("#log span.bold", new() { HasTextString = "red" });
        Assert.Equal("rgb(224, 108, 117)", await red.EvaluateAsync<string>("element => getComputedStyle(element).color"));
        await producer.SendAsync("10 %\r20 %\r\n");
        await LineAsync(page, "20 %");
        Assert.Equal("active", await page.Locator("#state").TextContentAsync());
        await producer.FinishAsync();
        await page.Locator("#state.complete").WaitForAsync();
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_pause_stops_it_and_nothing_is_missed_afterwards()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        await producer.SendAsync("one\n");
        var page = await OpenAsync(target);
        await LineAsync(page, "one");
        await page.Locator("#pause").ClickAsync();
        await page.Locator("#state.paused").WaitForAsync();
        await producer.SendAsync("two\n");
        Assert.Equal("one", await page.Locator("#log").TextContentAsync());
        await page.Locator("#pause").ClickAsync();
        await LineAsync(page, "two");
        Assert.Equal("onetwo", await page.Locator("#log").TextContentAsync());
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_search_shows_the_lines_that_match_and_counts_them()
    {
        string target = await gateway.CompleteAsync("apple\nbanana\nApple pie\n");
        var page = await OpenAsync(target);
        await LineAsync(page, "Apple pie");
        await page.Locator("#search").FillAsync("apple");
        Assert.Equal("2 lines", await page.Locator("#found").TextContentAsync());
        Assert.False(await page.Locator("#log div", new() { HasTextString = "banana" }).IsVisibleAsync());
        await page.Locator("#search").FillAsync("");
        Assert.True(await page.Locator("#log div", new() { HasTextString = "banana" }).IsVisibleAsync());
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_download_is_the_stream_byte_for_byte()
    {
        string target = await gateway.CompleteAsync("line\n");
        var page = await OpenAsync(target);
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("#download").ClickAsync());
        Assert.Equal("line\n", await File.ReadAllTextAsync(await download.PathAsync()));
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Hostile_names_and_bytes_stay_text()
    {
        string target = "/stream/" + Uri.EscapeDataString("<img src=x onerror=\"document.title='hacked'\">");
        await gateway.PostAsync(target, "<script>document.title='hacked'</script>\e]0;hacked\u0007");
        var page = await OpenAsync(target);
        await page.Locator("#state.complete").WaitForAsync();
        Assert.Equal(0, await page.Locator("img, #log script").CountAsync());
        Assert.DoesNotContain("hacked</", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.StartsWith("<img", await page.TitleAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    async Task<IPage> OpenAsync(string target)
    {
        var page = await chromium.Browser.NewPageAsync();
        var response = await page.GotoAsync(new Uri(gateway.Address, target).ToString());
        Assert.Equal(200, response!.Status);
        return page;
    }

    static Task LineAsync(IPage page, string text) =>
        page.Locator("#log div").GetByText(text, new() { Exact = true }).Or(page.Locator("#log div", new() { HasTextString = text })).First.WaitForAsync();
}
