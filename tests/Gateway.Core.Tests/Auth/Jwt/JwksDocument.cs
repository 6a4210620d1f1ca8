using System.Buffers.Text;
using System.Security.Cryptography;

namespace Gateway.Core.Tests.Auth.Jwt;

/// <summary>Writes JSON Web Key Sets.</summary>
static class JwksDocument
{
    public static string Of(params string[] keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    public static string Key(RSA key, string kid, string members = "")
    {
        var numbers = key.ExportParameters(false);
        return $$"""{"kty":"RSA","kid":"{{kid}}",{{members}}"n":"{{Base64Url.EncodeToString(numbers.Modulus)}}","e":"{{Base64Url.EncodeToString(numbers.Exponent)}}"}""";
    }
}
