using System.Text.Json;
using Gateway.Core.Connections;

namespace Gateway.Modules.Router.Protocol;

/// <summary>What a client sent: a JSON object with the name of an event (specification, section 2.1).</summary>
/// <param name="Body">The whole object.</param>
/// <param name="Event">The member <c>event</c>, as it came.</param>
readonly record struct ClientEvent(JsonElement Body, JsonElement Event)
{
    const int MaxNameLength = 40;

    /// <summary>Reads a message; null if it is no event.</summary>
    public static ClientEvent? Read(ClientMessage message)
    {
        var utf8 = message.IsText ? message.Payload : JsonEncoding.ToUtf8(message.Payload);
        if (utf8 is not { } json || !JsonValue.TryParse(json.Span, out var body))
            return null;
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("event", out var name) || name.ValueKind != JsonValueKind.String)
            return null;
        return CodePoints.Count(name) <= MaxNameLength ? new(body, name) : null;
    }

    /// <summary>The event's name; null for one that no event can have.</summary>
    public string? Name => JsonValue.TextOf(Event);

    /// <summary>A member; null where it is absent.</summary>
    public JsonElement? this[string member] => Body.TryGetProperty(member, out var value) ? value : null;
}
