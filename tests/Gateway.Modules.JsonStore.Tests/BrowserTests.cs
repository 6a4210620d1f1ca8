using Gateway.Testing.Browser;

namespace Gateway.Modules.JsonStore.Tests;

public class BrowserTests(Chromium chromium, StoreGateway store) : IClassFixture<Chromium>, IClassFixture<StoreGateway>
{
    [SkippableFact]
    public async Task A_browser_watches_a_value_by_WebSocket_and_by_EventSource()
    {
        await store.PutAsync("/page", """{"title":"hello"}""");
        await using var context = await chromium.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(store.Address, "/page").ToString());

        await page.EvaluateAsync("""
            () => {
              window.seen = { socket: [], events: [] };
              new WebSocket(location.href.replace('http', 'ws')).onmessage = event => seen.socket.push(JSON.parse(event.data).title);
              new EventSource(location.href).onmessage = event => seen.events.push(JSON.parse(event.data).title);
            }
            """);
        await page.WaitForFunctionAsync("() => seen.socket.length === 1 && seen.events.length === 1");
        await store.PutAsync("/page/title", "\"changed\"");

        await page.WaitForFunctionAsync("() => seen.socket[1] === 'changed' && seen.events[1] === 'changed'");
    }
}
