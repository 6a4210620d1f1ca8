using System.Text.Json;

namespace Gateway.Core.Auth.Jwt;

/// <summary>The registered claims (RFC 7519, section 4.1) that decide something here, each of its right type.</summary>
/// <param name="Subject"><c>sub</c>.</param>
/// <param name="Expires"><c>exp</c>: from this moment on the token is not accepted.</param>
/// <param name="NotBefore"><c>nbf</c>: until this moment it is not accepted.</param>
sealed record JwtPayload(string? Subject, DateTimeOffset? Expires, DateTimeOffset? NotBefore)
{
    static readonly string[] Texts = ["sub", "iss", "jti"];
    static readonly string[] Dates = ["exp", "nbf", "iat"];

    /// <summary>Null if a registered claim has a wrong type; null is one too.</summary>
    public static JwtPayload? Read(JsonElement claims) =>
        Texts.All(name => !claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.String)
        && Dates.All(name => !claims.TryGetProperty(name, out var value) || NumericDate.TryRead(value, out _))
        && (!claims.TryGetProperty("aud", out var audience) || IsAudience(audience))
            ? new(Text(claims, "sub"), Time(claims, "exp"), Time(claims, "nbf")) : null;

    static bool IsAudience(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String));

    static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;

    static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && NumericDate.TryRead(value, out var date) ? date.ToTime() : null;
}
