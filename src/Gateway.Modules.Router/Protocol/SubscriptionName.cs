using System.Text.Json;

namespace Gateway.Modules.Router.Protocol;

/// <summary>The name of a subscription: <c>service.topic</c>, divided at the first dot.</summary>
/// <param name="Name">The whole name.</param>
/// <param name="Json">The same as a JSON string.</param>
/// <param name="Service">The part before the first dot.</param>
readonly record struct SubscriptionName(string Name, JsonElement Json, string Service)
{
    /// <summary>Reads a name; null if it is none.</summary>
    public static SubscriptionName? Read(JsonElement value)
    {
        if (JsonValue.TextOf(value) is not { } name)
            return null;
        int dot = name.IndexOf('.');
        return dot > 0 && dot < name.Length - 1 ? new(name, value.Clone(), name[..dot]) : null;
    }
}
