using System.Text.Json.Serialization;

namespace Gateway.Modules.Streams;

/// <summary>How far a stream is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StreamState>))]
enum StreamState
{
    /// <summary>It may still grow.</summary>
    Active,

    /// <summary>Its producer has ended it: it never changes again.</summary>
    Complete,

    /// <summary>Its producer vanished, was cut, or the gateway ended: what is there is a beginning. It can be resumed.</summary>
    Aborted,

    /// <summary>Nothing came for <c>IdleTimeout</c>. It can be resumed.</summary>
    Expired,
}
