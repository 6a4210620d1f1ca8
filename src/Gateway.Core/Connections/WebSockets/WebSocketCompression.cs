using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// What a client and the gateway have agreed on by the extension permessage-deflate (RFC 7692, section 7). Each message
/// is compressed by itself, both ways: so a frame is compressed once for all its clients, and a client costs no memory
/// between its messages.
/// </summary>
/// <param name="WindowBits">The window that the client inflates with, as a power of two.</param>
sealed record WebSocketCompression(int WindowBits)
{
    const string Extension = "permessage-deflate";
    const int MinWindowBits = 8;
    const int MaxWindowBits = 15;

    /// <summary>The answer to the handshake (section 7.1).</summary>
    public string Answer => $"{Extension}; server_no_context_takeover; client_no_context_takeover"
        + (WindowBits == MaxWindowBits ? "" : string.Create(CultureInfo.InvariantCulture, $"; server_max_window_bits={WindowBits}"));

    /// <summary>The first offer that can be accepted; null if there is none.</summary>
    /// <param name="offers">The lines of the Sec-WebSocket-Extensions header, each a list.</param>
    public static WebSocketCompression? Negotiate(StringValues offers) => offers
        .SelectMany(line => (line ?? "").Split(','))
        .Select(offer => NameValueWithParametersHeaderValue.TryParse(offer, out var parsed) ? Accept(parsed) : null)
        .FirstOrDefault(accepted => accepted != null);

    /// <summary>
    /// Whether the client can inflate a message of this length, whatever the window it was compressed with: nothing in a
    /// message refers to what lies further back than its beginning.
    /// </summary>
    public bool Allows(int messageBytes) => WindowBits == MaxWindowBits || messageBytes <= 1 << WindowBits;

    // An offer with anything unknown, invalid or said twice is declined (section 7.1).
    static WebSocketCompression? Accept(NameValueWithParametersHeaderValue offer)
    {
        if (offer.Name != Extension || offer.Value != null)
            return null;
        int window = MaxWindowBits;
        var seen = new HashSet<string>();
        foreach (var parameter in offer.Parameters)
        {
            string? value = parameter.Value?.Trim('"');
            bool isValid = seen.Add(parameter.Name) && parameter.Name switch
            {
                "server_no_context_takeover" or "client_no_context_takeover" => value == null,
                "client_max_window_bits" => value == null || TryReadBits(value, out _),
                "server_max_window_bits" => TryReadBits(value, out window),
                _ => false,
            };
            if (!isValid)
                return null;
        }
        return new(window);
    }

    // No leading zeros.
    static bool TryReadBits(string? value, out int bits) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out bits) && value![0] != '0' && bits is >= MinWindowBits and <= MaxWindowBits;
}
