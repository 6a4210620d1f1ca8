namespace Gateway.Modules.Streams.Tests;

public sealed class WebServerEventStreamTests(WebServerEventStreamTests.Staying gateway)
    : EventStreamTests(gateway), IClassFixture<WebServerEventStreamTests.Staying>
{
    /// <summary>A gateway whose connections stay at the web server.</summary>
    public sealed class Staying() : StreamsGateway(options: "", takesOver: false);
}
