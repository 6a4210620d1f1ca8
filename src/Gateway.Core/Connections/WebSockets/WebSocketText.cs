using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>The rule that text is UTF-8 (RFC 6455 section 8.1), for a whole text and for one still arriving.</summary>
static class WebSocketText
{
    const int LongestIncompleteCharacter = 3;

    /// <summary>Checks a text that has arrived whole.</summary>
    public static void Check(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            throw WebSocketProtocolException.InvalidText();
    }

    /// <summary>
    /// Checks the beginning of a text. Its last character may be cut anywhere, as a fragment may end within one.
    /// </summary>
    /// <returns>How many bytes need no second look: all but those of an unfinished last character.</returns>
    public static int CheckPrefix(ReadOnlySpan<byte> text)
    {
        var complete = text[..^UnfinishedBytes(text)];
        Check(complete);
        return complete.Length;
    }

    // What can no longer become a character doesn't count as unfinished, and so fails the check at once.
    static int UnfinishedBytes(ReadOnlySpan<byte> text)
    {
        for (var count = Math.Min(LongestIncompleteCharacter, text.Length); count > 0; count--)
        {
            if (Rune.DecodeFromUtf8(text[^count..], out _, out _) == OperationStatus.NeedMoreData)
                return count;
        }

        return 0;
    }
}
