using System.Text.Json;
using Gateway.Core.Connections;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Topics;

/// <summary>A message that a service published (specification, section 5.2), read once for all who get it.</summary>
sealed class TopicMessage
{
    readonly JsonElement _published;
    readonly JsonElement? _publishedAt;
    readonly string _receivedAt;
    readonly int _waiting;
    readonly Lock _gate = new();
    JsonMembers? _framesExtra;
    Frame? _frame;

    TopicMessage(JsonElement published, string subscription, JsonElement data, PushOptions options, JsonElement? publishedAt, int waiting)
    {
        (_published, Subscription, Data, Options, _publishedAt, _waiting) = (published, subscription, data, options, publishedAt, waiting);
        _receivedAt = Timestamps.Now();
    }

    /// <summary>The subscription that it is for.</summary>
    public string Subscription { get; }

    public JsonElement Data { get; }

    public PushOptions Options { get; }

    /// <summary>Reads a payload; null, and why, if it is no message.</summary>
    public static TopicMessage? Read(ReadOnlyMemory<byte> payload, int waiting, out string? fault)
    {
        fault = null;
        if (!JsonValue.TryParse(payload.Span, out var body))
            fault = "it is no JSON";
        else if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("subscription", out var name) || !body.TryGetProperty("data", out var data))
            fault = "it is no object with subscription and data";
        else if (JsonValue.TextOf(name) is not { } subscription)
            fault = "its subscription is no text";
        else if (PushOptions.Read(body) is not { } options)
            fault = "its options are malformed";
        else
            return new(body, subscription, data, options, PublishedAtOf(body), waiting);
        return null;
    }

    /// <summary>A member that a service may filter by; null where the message is for everybody in that respect.</summary>
    public JsonElement? Filter(string field) => _published.TryGetProperty(field, out var value) ? value : null;

    /// <summary>The frame for a subscription that got the message as it came.</summary>
    public Frame LiveFrame(SubscriptionName subscription, JsonMembers extra)
    {
        // Most clients have the same extra fields, or none.
        lock (_gate)
        {
            if (_frame != null && (ReferenceEquals(_framesExtra, extra) || _framesExtra!.EqualTo(extra)))
                return _frame;
            var members = Begin(subscription).SetIfAny("published_at", _publishedAt).Set("received_at", _receivedAt).Set("queue_size", JsonElement.Parse($"{_waiting}"));
            _framesExtra = extra;
            return _frame = End(members, subscription, extra);
        }
    }

    /// <summary>The frame for a subscription that was not confirmed yet when the message came.</summary>
    public Frame FlushedFrame(SubscriptionName subscription, JsonMembers extra) =>
        End(Begin(subscription).SetIfAny("published_at", _publishedAt), subscription, extra);

    /// <summary>The frame for a subscription whose clock put the message off.</summary>
    public Frame DelayedFrame(SubscriptionName subscription, JsonMembers extra) => End(Begin(subscription), subscription, extra);

    JsonMembers Begin(SubscriptionName subscription) =>
        new JsonMembers().Set("event", EventNames.Message).Set("subscription", subscription.Json).Set("data", Data);

    // Extra fields may take the place of the others, but not of these.
    static Frame End(JsonMembers members, SubscriptionName subscription, JsonMembers extra) => Frame.Text(
        members.SetAll(extra).Set("subscription", subscription.Json).Set("sent_at", Timestamps.Now()).ToUtf8());

    static JsonElement? PublishedAtOf(JsonElement body) =>
        body.TryGetProperty("published_at", out var time) && JsonValue.TextOf(time) is { } text && Timestamps.Normalize(text) is { } normalized
            ? ErrorText.Of(normalized)
            : null;
}
