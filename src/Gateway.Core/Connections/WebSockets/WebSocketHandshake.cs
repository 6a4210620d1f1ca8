using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// What a client's opening request must say (RFC 6455 section 4.2.1), and the answer to its key (section 4.2.2).
/// </summary>
static class WebSocketHandshake
{
    /// <summary>The one version there is; a request for another is answered with 426 and this one (section 4.4).</summary>
    public const string Version = "13";

    const int KeyBytes = 16;
    const int KeyLength = 24;
    const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Whether the request asks to go on as a WebSocket (items 3 and 4).</summary>
    /// <param name="upgrade">The lines of the Upgrade header, each a list.</param>
    /// <param name="connection">The lines of the Connection header, each a list.</param>
    public static bool IsUpgrade(StringValues upgrade, StringValues connection) =>
        HasToken(upgrade, "websocket") && HasToken(connection, "upgrade");

    /// <summary>Whether the Sec-WebSocket-Version header asks for the version spoken here (item 6).</summary>
    public static bool IsSupportedVersion(StringValues version) => version is [Version];

    /// <summary>Whether the Sec-WebSocket-Key header is one key: 16 bytes in base64 (item 5).</summary>
    public static bool IsValidKey(StringValues key) =>
        key is [{ Length: KeyLength } only]
        && Convert.TryFromBase64String(only, stackalloc byte[KeyBytes], out var decoded)
        && decoded == KeyBytes;

    /// <summary>The Sec-WebSocket-Accept header for a valid key (section 4.2.2, item 5.4).</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The RFC prescribes SHA-1; nothing is kept secret by it.")]
    public static string Accept(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix), hash);
        return Convert.ToBase64String(hash);
    }

    static bool HasToken(StringValues lines, string token)
    {
        foreach (var line in lines)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                if (line.AsSpan(part).Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
