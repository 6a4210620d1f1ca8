namespace Gateway.Modules.Events.Tests;

public sealed class WebServerStreamTests(WebServerStreamTests.Staying gateway) : StreamConformanceTests(gateway), IClassFixture<WebServerStreamTests.Staying>
{
    /// <summary>A gateway whose connections stay at the web server.</summary>
    public sealed class Staying() : EventsGateway(options: "", takesOver: false);
}
