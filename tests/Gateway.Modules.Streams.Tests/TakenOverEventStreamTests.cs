namespace Gateway.Modules.Streams.Tests;

public sealed class TakenOverEventStreamTests(StreamsGateway gateway) : EventStreamTests(gateway), IClassFixture<StreamsGateway>;
