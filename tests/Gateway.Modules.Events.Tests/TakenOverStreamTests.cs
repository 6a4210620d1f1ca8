namespace Gateway.Modules.Events.Tests;

public sealed class TakenOverStreamTests(EventsGateway gateway) : StreamConformanceTests(gateway), IClassFixture<EventsGateway>;
