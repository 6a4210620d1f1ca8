using System.Security.Claims;
using System.Text.Json;

namespace Gateway.Core.Auth.Tickets;

/// <summary>
/// A member of an answer as a claim. A text is the claim's value; anything else is its JSON, marked by the claim's type of
/// value, so that a number does not turn into a text.
/// </summary>
public static class TicketClaim
{
    /// <summary>The type of value of a claim that holds JSON.</summary>
    public const string Json = "JSON";

    /// <summary>What the answer had there.</summary>
    public static JsonElement ToJson(Claim claim) => claim.ValueType == Json
        ? JsonElement.Parse(claim.Value)
        : JsonSerializer.SerializeToElement(claim.Value);

    internal static Claim Create(string field, JsonElement value) => value.ValueKind == JsonValueKind.String
        ? new Claim(field, value.GetString()!)
        : new Claim(field, value.GetRawText(), Json);
}
