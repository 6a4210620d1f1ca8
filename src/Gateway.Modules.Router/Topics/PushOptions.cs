using System.Text.Json;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Topics;

/// <summary>The member <c>options</c> of a message, or of the answer to a subscribe: its place in an order, and how often it may be sent.</summary>
/// <param name="Order">The place; null = none, which nothing holds back.</param>
/// <param name="OrderKey">Messages of different keys have nothing to do with each other.</param>
/// <param name="Throttle">The least time in seconds between two sends; null = any.</param>
/// <param name="ThrottleKey">As the other key.</param>
readonly record struct PushOptions(double? Order, string OrderKey, double? Throttle, string ThrottleKey)
{
    const string NoKey = "null";

    public static PushOptions None { get; } = new(null, NoKey, null, NoKey);

    /// <summary>Reads them off an object; null if they are malformed in a way that takes the message with them (section 5.7).</summary>
    public static PushOptions? Read(JsonElement body)
    {
        if (!body.TryGetProperty("options", out var options) || options.ValueKind is JsonValueKind.String or JsonValueKind.Array)
            return None;
        if (options.ValueKind != JsonValueKind.Object)
            return null;
        double? order = options.TryGetProperty("order", out var place) ? JsonValue.NumberOf(place) : null;
        double? throttle = options.TryGetProperty("throttle", out var seconds) ? JsonValue.NumberOf(seconds) : null;
        if (Key(options, "order_key") is not { } orderKey || Key(options, "throttle_key") is not { } throttleKey)
            return null;
        return new(order, orderKey, throttle, throttleKey);
    }

    static string? Key(JsonElement options, string name)
    {
        if (!options.TryGetProperty(name, out var key))
            return NoKey;
        return key.ValueKind is JsonValueKind.Array or JsonValueKind.Object ? null : JsonValue.KeyOf(key);
    }
}
