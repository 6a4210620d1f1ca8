using System.Buffers.Text;

namespace Gateway.Core.Redis;

/// <summary>What a Redis server sends, in RESP2 or RESP3, as far as messages can be told from the rest.</summary>
static class RespFrame
{
    const int MarkBytes = 1;
    const int LineEndBytes = 2;

    /// <summary>How many bytes the first value takes, with all that is in it; 0 while it is not whole.</summary>
    /// <exception cref="InvalidDataException">It is no RESP.</exception>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        for (long values = 1; values > 0; values--)
        {
            if (!TryReadHead(bytes[at..], out byte mark, out long number, out int head))
                return 0;
            at += head;
            switch (mark)
            {
                case (byte)'$' or (byte)'=' or (byte)'!' when number >= 0:
                    if (number > bytes.Length - at - LineEndBytes)
                        return 0;
                    at += (int)number + LineEndBytes;
                    break;
                case (byte)'*' or (byte)'~' or (byte)'>' when number > 0:
                    values += number;
                    break;
                case (byte)'%' when number > 0:
                    values += 2 * number;
                    break;
                case (byte)'|' when number >= 0:
                    // Attributes, and then the value that they belong to.
                    values += (2 * number) + 1;
                    break;
            }
        }
        return at;
    }

    /// <summary>Whether a whole value is a message of a subscription, and what it says.</summary>
    /// <param name="frame">The value.</param>
    /// <param name="isSubscriber">Whether the connection is in the state in which RESP2 sends messages.</param>
    /// <param name="name">What was published to.</param>
    /// <param name="payload">What was published.</param>
    public static bool TryReadMessage(ReadOnlySpan<byte> frame, bool isSubscriber, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> payload)
    {
        name = payload = default;
        if (frame.IsEmpty || !(frame[0] == '>' || (isSubscriber && frame[0] == '*')))
            return false;
        var kind = "3\r\n$7\r\nmessage\r\n"u8;
        var rest = frame[MarkBytes..];
        if (!rest.StartsWith(kind))
            return false;
        return TryReadBulk(rest[kind.Length..], out name, out rest) && TryReadBulk(rest, out payload, out _);
    }

    static bool TryReadBulk(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> bulk, out ReadOnlySpan<byte> rest)
    {
        bulk = rest = default;
        if (!TryReadHead(bytes, out byte mark, out long number, out int head) || mark != '$' || number < 0)
            return false;
        int length = (int)number;
        bulk = bytes.Slice(head, length);
        rest = bytes[(head + length + LineEndBytes)..];
        return true;
    }

    // The first line of a value; where its mark says that it has a length, that too.
    static bool TryReadHead(ReadOnlySpan<byte> bytes, out byte mark, out long number, out int head)
    {
        (mark, number) = (0, 0);
        int end = bytes.IndexOf("\r\n"u8);
        head = end + LineEndBytes;
        if (end < 0)
            return false;
        mark = end == 0 ? (byte)0 : bytes[0];
        switch (mark)
        {
            case (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)',' or (byte)'#' or (byte)'(':
                return true;
            case (byte)'$' or (byte)'=' or (byte)'!' or (byte)'*' or (byte)'~' or (byte)'>' or (byte)'%' or (byte)'|':
                var digits = bytes[MarkBytes..end];
                if (Utf8Parser.TryParse(digits, out number, out int read) && read == digits.Length && number is >= -1 and <= int.MaxValue)
                    return true;
                break;
        }
        throw new InvalidDataException("Redis has sent what is no RESP.");
    }
}
