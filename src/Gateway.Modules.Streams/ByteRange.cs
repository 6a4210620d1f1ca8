using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Gateway.Modules.Streams;

/// <summary>A <c>Range</c> of one part (RFC 9110, section 14.1.2). Of several parts none is served.</summary>
/// <param name="Kind">What to do with it.</param>
/// <param name="First">The first byte.</param>
/// <param name="Last">The last byte, itself included.</param>
readonly record struct ByteRange(RangeKind Kind, long First, long Last)
{
    const string Unit = "bytes=";

    /// <summary>Reads the header for a stream of a length.</summary>
    public static ByteRange Parse(StringValues header, long length)
    {
        // Another unit, or what is no range at all, is to be ignored.
        if (header is not [{ } text] || !text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return default;
        string[] parts = text[Unit.Length..].Split(',', StringSplitOptions.TrimEntries);
        if (!parts.All(IsWellFormed))
            return default;
        return parts is [var one] ? Of(one, length) : new(RangeKind.Unsatisfiable, 0, 0);
    }

    static ByteRange Of(string part, long length)
    {
        int dash = part.IndexOf('-');
        long first = Number(part[..dash]);
        long last = Number(part[(dash + 1)..]);
        if (dash == 0)
            (first, last) = (last == 0 ? length : Math.Max(0, length - last), length - 1);
        else
            last = dash == part.Length - 1 ? length - 1 : Math.Min(last, length - 1);
        return first < length ? new(RangeKind.Satisfiable, first, last) : new(RangeKind.Unsatisfiable, 0, 0);
    }

    static bool IsWellFormed(string part)
    {
        int dash = part.IndexOf('-');
        if (dash < 0 || part.Length < 2)
            return false;
        var (first, last) = (part[..dash], part[(dash + 1)..]);
        return first.All(char.IsAsciiDigit) && last.All(char.IsAsciiDigit)
            && (first.Length == 0 || last.Length == 0 || Number(first) <= Number(last));
    }

    // A number that is too long for us lies beyond every end.
    static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : digits.Length == 0 ? 0 : long.MaxValue;
}
