using System.Net;
using System.Text.Json;

namespace Gateway.Core.Auth;

/// <summary>What a client presents to be let in.</summary>
/// <param name="Token">The token, as it came; null if it presented none.</param>
/// <param name="Address">Where it connects from, for throttling; null on a Unix socket.</param>
public sealed record Credentials(string? Token, IPAddress? Address)
{
    /// <summary>What it presented in place of a token, where a protocol's ticket may be any JSON value.</summary>
    public JsonElement? Ticket { get; init; }

    /// <summary>Never shows the token.</summary>
    public override string ToString() => Token == null && Ticket == null ? "no token" : "a token";
}
