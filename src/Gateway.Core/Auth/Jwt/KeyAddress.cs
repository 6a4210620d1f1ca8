using System.Diagnostics.CodeAnalysis;

namespace Gateway.Core.Auth.Jwt;

/// <summary>An address that keys may come from: whoever can change what it answers can sign tokens.</summary>
static class KeyAddress
{
    public const string Allowed = "an absolute https:// URL without user and fragment; http:// only on this machine";

    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address.UserInfo.Length == 0 && address.Fragment.Length == 0;

    /// <summary>The text for a message: a password in it is not repeated.</summary>
    public static string Shown(string text) => text.Contains('@') ? "…" + text[text.LastIndexOf('@')..] : text;
}
