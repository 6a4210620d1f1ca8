using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>Signed tokens for Channels.</summary>
static class Tokens
{
    /// <summary>A secret of the least length that is taken anywhere.</summary>
    public const string Secret = "0123456789abcdef0123456789abcdef";

    /// <summary>A token that may do these actions at these paths of Channels.</summary>
    public static string ForChannels(string path, string[] actions, string subject = "joe", DateTimeOffset? expires = null, string secret = Secret) =>
        Sign(new
        {
            sub = subject,
            exp = (expires ?? DateTimeOffset.UtcNow.AddHours(1)).ToUnixTimeMilliseconds() / 1000.0,
            gateway = new { version = 1, grants = new[] { new { module = "channels", paths = new[] { path }, actions } } },
        }, secret);

    public static string Sign(object claims, string secret = Secret) => SignedToken.Create(JsonSerializer.SerializeToUtf8Bytes(claims), secret);
}
