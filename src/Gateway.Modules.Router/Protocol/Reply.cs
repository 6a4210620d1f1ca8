using System.Text.Json;
using Gateway.Core.Connections;

namespace Gateway.Modules.Router.Protocol;

/// <summary>The replies (specification, section 2): which members they have, and which they leave out.</summary>
static class Reply
{
    static readonly JsonElement Ok = ErrorText.Of("ok");
    static readonly JsonElement Error = ErrorText.Of("error");

    /// <summary>To something that is no event.</summary>
    public static Frame Malformed { get; } = Encode(new JsonMembers().Set("status", Error).Set("error", ErrorText.MalformedEvent));

    /// <summary>To an event that concerns no subscription, and to one whose subscription has no name.</summary>
    public static Frame To(ClientEvent request, JsonElement? error) =>
        Encode(Status(request, error));

    /// <summary>To an event that concerns a subscription.</summary>
    public static Frame To(ClientEvent request, JsonElement subscription, JsonMembers extra, JsonElement? error, JsonElement? data = null) =>
        Encode(Status(request, error).SetAll(extra).SetIfAny("data", data).Set("subscription", subscription));

    public static Frame Pong(JsonElement? data)
    {
        string? text = data is { } value ? JsonValue.TextOf(value) : null;
        return Encode(new JsonMembers().Set("event", EventNames.Pong)
            .Set("data", text == null ? JsonValue.Null : ErrorText.Of(CodePoints.First(text, 128))));
    }

    /// <summary>That the gateway has ended a subscription.</summary>
    public static Frame Ended(SubscriptionName subscription, JsonMembers extra, JsonElement error, JsonElement? data) =>
        Encode(new JsonMembers().Set("event", EventNames.Unsubscribe).SetIfAny("data", data).Set("error", error)
            .SetAll(extra).Set("subscription", subscription.Json));

    /// <summary>That messages may have been lost.</summary>
    public static Frame Gap(SubscriptionName subscription) =>
        Encode(new JsonMembers().Set("event", EventNames.Gap).Set("subscription", subscription.Json));

    static JsonMembers Status(ClientEvent request, JsonElement? error)
    {
        var members = new JsonMembers().Set("event", request.Event).Set("status", error == null ? Ok : Error);
        return members.SetIfAny("error", error);
    }

    static Frame Encode(JsonMembers members) => Frame.Text(members.ToUtf8());
}
