using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Auth;

/// <summary>What stands for a token where the token itself must not be kept.</summary>
static class TokenHash
{
    /// <summary>A token with more characters is refused unread.</summary>
    public const int MaxTokenLength = 8192;

    public static byte[] Of(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
