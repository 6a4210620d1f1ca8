namespace Gateway.Modules.JsonStore.Tests;

public sealed class TakenOverEventsTests(StoreGateway store) : EventsTests(store), IClassFixture<StoreGateway>;
