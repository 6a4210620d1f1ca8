using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>Signed tokens.</summary>
static class Tokens
{
    public const string Secret = "a secret that is long enough to sign tokens with";

    /// <summary>A token that allows actions below paths.</summary>
    public static string For(string actions, string paths, DateTimeOffset? expires = null) => Sign(
        $$"""{"gateway":{"version":1,"grants":[{"module":"JsonStore","paths":[{{paths}}],"actions":[{{actions}}]}]}{{Expiry(expires)}}}""");

    /// <summary>A token with any claims.</summary>
    public static string Sign(string claims, string secret = Secret) => SignedToken.Create(Encoding.UTF8.GetBytes(claims), secret);

    static string Expiry(DateTimeOffset? expires) => expires is { } end ? $",\"exp\":{end.ToUnixTimeSeconds()}" : "";
}
