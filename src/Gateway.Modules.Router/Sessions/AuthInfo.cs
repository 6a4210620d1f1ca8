using System.Security.Claims;
using System.Text.Json;
using Gateway.Core.Auth;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Sessions;

/// <summary>What a session knows of its client: the claims of its identity, as they are sent to services and compared with messages.</summary>
static class AuthInfo
{
    /// <summary>The claims as members; a name with several values is an array.</summary>
    public static JsonMembers Of(Identity identity)
    {
        var members = new JsonMembers();
        foreach (var claims in identity.Principal.Claims.GroupBy(claim => claim.Type))
        {
            JsonElement[] values = [.. claims.Select(ToJson)];
            members.Set(claims.Key, values is [var one] ? one : JsonSerializer.SerializeToElement(values));
        }
        return members;
    }

    // The type of a claim's value says whether it is JSON, such as a number, or a text.
    static JsonElement ToJson(Claim claim) =>
        claim.ValueType is not (ClaimValueTypes.String or "") && JsonValue.TryParse(System.Text.Encoding.UTF8.GetBytes(claim.Value), out var value)
            ? value
            : ErrorText.Of(claim.Value);
}
