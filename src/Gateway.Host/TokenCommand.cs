using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Modules;

namespace Gateway.Host;

/// <summary>
/// <c>token</c>: prints a JWT with grants, to the letter what <c>icepeak-token-gen</c> prints where that can grant the
/// same. An unsigned token therefore says HS256 too, and only its signature is empty: Icepeak refuses <c>none</c>.
/// </summary>
static class TokenCommand
{
    const string SecretVariable = "JWT_SECRET";
    const int StrongSecret = 32;

    static readonly JsonSerializerOptions AsIcepeak = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<int> RunAsync(TokenArguments arguments)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(Claims(arguments, DateTimeOffset.UtcNow), AsIcepeak);
        using var claims = JsonDocument.Parse(payload);
        if (FaultOf(claims.RootElement) is { } fault)
            return await Help.RefuseAsync(fault).ConfigureAwait(false);

        byte[] secret = Encoding.UTF8.GetBytes(arguments.Secret ?? Environment.GetEnvironmentVariable(SecretVariable) ?? "");
        if (Weakness(secret) is { } weakness)
            await Console.Error.WriteLineAsync($"warning: {weakness}").ConfigureAwait(false);
        await Console.Out.WriteLineAsync(Sign(payload, secret)).ConfigureAwait(false);
        return ExitCodes.Fine;
    }

    /// <summary>What a gateway would say of the claims; null if it takes them.</summary>
    static string? FaultOf(JsonElement claims)
    {
        var known = ModuleCatalog.Scan(AppContext.BaseDirectory, new ConfigurationFaults()).GrantClaims;
        return known.Read(claims).Fault is { } fault && fault.Code == AuthFault.ClaimInvalid.Code ? fault.Detail : null;
    }

    static SortedDictionary<string, object> Claims(TokenArguments arguments, DateTimeOffset now)
    {
        var claims = new SortedDictionary<string, object>(StringComparer.Ordinal);
        if (arguments.Whitelist.Count > 0 || arguments.Grants.Count == 0)
            claims["icepeak"] = new { Version = 1, arguments.Whitelist };
        if (arguments.Grants.Count > 0)
            claims["gateway"] = new { arguments.Grants, Version = 1 };
        if (arguments.Expires is { } seconds)
            claims["exp"] = (now.ToUnixTimeMilliseconds() + (seconds * 1000L) + 500) / 1000;
        if (arguments.Subject is { } subject)
            claims["sub"] = subject;
        return claims;
    }

    static string? Weakness(byte[] secret) => secret.Length switch
    {
        0 => $"the token is not signed, as there is neither --jwt-secret nor the variable {SecretVariable}",
        < StrongSecret => $"the secret is shorter than {StrongSecret} bytes: a gateway that others can reach does not take it",
        _ => null,
    };

    static string Sign(byte[] payload, byte[] secret)
    {
        string signed = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(payload)}";
        byte[] signature = secret.Length == 0 ? [] : HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
