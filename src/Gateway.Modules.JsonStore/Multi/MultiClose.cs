using Gateway.Core.Connections;

namespace Gateway.Modules.JsonStore.Multi;

/// <summary>How a connection of the multi-subscription protocol ends: Icepeak's codes, and one of our own.</summary>
static class MultiClose
{
    public static WebSocketClose TooLarge { get; } = new(3001, "Received a payload size that is out of bounds");

    public static WebSocketClose Binary { get; } = new(3002, "Received a payload using Binary instead of Text");

    public static WebSocketClose NoJson { get; } = new(3003, "Received a payload that resulted in a JSON decode error");

    public static WebSocketClose NoObject { get; } = new(3004, "Received a JSON payload which is not an object");

    public static WebSocketClose NoType { get; } = new(3005, "Received a payload with a missing or unexpected value for 'type'");

    public static WebSocketClose NoSubscription { get; } = new(4000, "No subscription within the deadline");
}
