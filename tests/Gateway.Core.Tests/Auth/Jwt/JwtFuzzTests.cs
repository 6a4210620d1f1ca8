using System.Text;
using FsCheck.Xunit;
using Gateway.Core.Auth.Jwt;

namespace Gateway.Core.Tests.Auth.Jwt;

/// <summary>Whatever a client presents is refused or accepted, never an exception.</summary>
public sealed class JwtFuzzTests
{
    const string Good = """{"iss":"me","sub":"alice","aud":["a","b"],"exp":1700000060.5,"nbf":1.6e9,"jti":"é😀","x":{"y":[1,null,true,"\u00e9"]}}""";

    static readonly string[] Values =
        ["null", "true", "-0", "1e400", "-1e-400", "0.1", "1e28", "79228162514264337593543950335", "\"\"", "\"\\ud800\"", "[]", "{}", "[[1],{\"a\":[]}]", "\"2020-01-01\"", "\"\\u0000\""];

    static readonly string[] Names = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "typ", "azp", "amr", "auth_time", "actort", "x", "", "\\u0073ub", "nonce", "cnf"];

    readonly JwtScheme _signed = new SchemeSetup().Jwt(("Secret", Token.Secret), ("Issuer", "me"), ("Audience", "a"));
    readonly JwtScheme _open = new SchemeSetup().Jwt(("Secret", Token.Secret));
    readonly JwtScheme _trusting = new SchemeSetup().Jwt(("TrustProxy", "true"));

    [Property(MaxTest = 2_000)]
    public bool Random_texts_are_refused(string? text) => !Ask(_signed, text) && !Ask(_trusting, text);

    [Property(MaxTest = 2_000)]
    public bool Random_parts_are_refused(byte[] header, byte[] payload, byte[] signature)
    {
        string token = string.Join('.', new[] { header, payload, signature }.Select(part => System.Buffers.Text.Base64Url.EncodeToString(part)));
        return !Ask(_signed, token);
    }

    [Property(MaxTest = 3_000)]
    public bool Damaged_tokens_are_refused(int seed)
    {
        var random = new Random(seed);
        var token = new StringBuilder(Token.Hs256(Good));
        int place = random.Next(token.Length);
        char old = token[place];
        token[place] = (char)random.Next(32, random.Next(2) == 0 ? 127 : 0x10000);
        Ask(_trusting, token.ToString());
        return old == token[place] || !Ask(_signed, token.ToString());
    }

    [Property(MaxTest = 3_000)]
    public void Signed_claims_of_any_kind_do_no_harm(int seed)
    {
        var random = new Random(seed);
        var members = Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Values[random.Next(Values.Length)]}");
        string claims = $"{{{string.Join(',', members)}}}";
        Ask(_signed, Token.Hs256(claims));
        Ask(_open, Token.Hs256(claims));
        Ask(_trusting, Token.Unsigned(claims, claims));
    }

    [Property(MaxTest = 2_000)]
    public void Signed_bytes_of_any_kind_do_no_harm(int seed)
    {
        var random = new Random(seed);
        byte[] payload = Encoding.UTF8.GetBytes(Good);
        for (int faults = random.Next(1, 4); faults > 0; faults--)
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
        Ask(_open, Token.Hs256(Encoding.Latin1.GetString(payload)));
    }

    static bool Ask(JwtScheme scheme, string? token)
    {
        var result = scheme.AuthenticateAsync(new(token, null), default).AsTask().GetAwaiter().GetResult();
        if (result.Succeeded)
            Assert.All(result.Identity.Principal.Claims, claim => Assert.NotNull(claim.Value));
        return result.Succeeded;
    }
}
