namespace Gateway.Modules.JsonStore.Tests;

public sealed class WebServerEventsTests(WebServerEventsTests.Staying store) : EventsTests(store), IClassFixture<WebServerEventsTests.Staying>
{
    /// <summary>A gateway whose connections stay at the web server.</summary>
    public sealed class Staying() : StoreGateway(options: "", takesOver: false);
}
