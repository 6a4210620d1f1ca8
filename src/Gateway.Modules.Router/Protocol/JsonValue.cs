using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Modules.Router.Protocol;

/// <summary>
/// JSON as the protocol sees it: strict (RFC 8259, so NaN is no value), of bounded depth, and compared as the original
/// compares, where 1, 1.0 and true are equal.
/// </summary>
static class JsonValue
{
    const int MaxDepth = 512;

    // Longer numbers are compared by their digits: as many digits as a double can have before its exponent.
    const int MaxNumberLength = 400;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth };

    /// <summary>The value null.</summary>
    public static JsonElement Null { get; } = JsonElement.Parse("null"u8);

    /// <summary>
    /// Parses UTF-8; false for what is malformed, too deep or no UTF-8. A text may hold half a character, as an escape; the
    /// name of a member must not, since no name can be compared with it.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonElement value)
    {
        value = default;
        if (!Utf8.IsValid(utf8))
            return false;
        try
        {
            value = JsonElement.Parse(utf8, Strict);
            return !MayHoldHalves(utf8) || NamesAreTexts(value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What the original takes for a value at all: not null, false, 0, nor anything empty.</summary>
    public static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined => false,
        JsonValueKind.String => value.GetRawText().Length > 2,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Number => value.GetRawText().AsSpan().IndexOfAnyInRange('1', '9') is var digit and >= 0 && !IsExponent(value.GetRawText(), digit),
        _ => true,
    };

    /// <summary>A string's text; null for another value, and for one with half a character, which is no text.</summary>
    public static string? TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Deep equality; the order of members does not count, and of those with one name the last does.</summary>
    public static bool AreEqual(JsonElement a, JsonElement b) => (a.ValueKind, b.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => ObjectsAreEqual(a, b),
        (JsonValueKind.Array, JsonValueKind.Array) =>
            a.GetArrayLength() == b.GetArrayLength() && a.EnumerateArray().Zip(b.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
        (JsonValueKind.Object or JsonValueKind.Array, _) or (_, JsonValueKind.Object or JsonValueKind.Array) => false,
        _ => KeyOf(a) == KeyOf(b),
    };

    /// <summary>A text that is the same for equal values that are neither array nor object.</summary>
    public static string KeyOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "s" + (TextOf(value) ?? value.GetRawText()),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.Number => KeyOfNumber(value.GetRawText()),
        _ => "null",
    };

    /// <summary>A number, a numeric text or a truth value as a number; null for anything else.</summary>
    public static double? NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => ParseDouble(value.GetRawText()),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String when TextOf(value) is { } text => ParseDouble(text.Trim()),
        _ => null,
    };

    static double? ParseDouble(string text)
    {
        string name = text.TrimStart('+', '-');
        bool isNegative = text.StartsWith('-');
        if (name.Length >= text.Length - 1 && name.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        if (name.Length >= text.Length - 1 && (name.Equals("inf", StringComparison.OrdinalIgnoreCase) || name.Equals("infinity", StringComparison.OrdinalIgnoreCase)))
            return isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return name.Length > 0 && (char.IsAsciiDigit(name[0]) || name[0] == '.') && double.TryParse(text, Style, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    static bool MayHoldHalves(ReadOnlySpan<byte> utf8) => utf8.IndexOf("\\ud"u8) >= 0 || utf8.IndexOf("\\uD"u8) >= 0;

    static bool NamesAreTexts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => IsText(member) && NamesAreTexts(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(NamesAreTexts),
        _ => true,
    };

    static bool IsText(JsonProperty member)
    {
        try
        {
            return member.Name != null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static bool ObjectsAreEqual(JsonElement a, JsonElement b)
    {
        var left = a.EnumerateObject().Select(member => member.Name).ToHashSet();
        var right = b.EnumerateObject().Select(member => member.Name).ToHashSet();
        return left.SetEquals(right) && left.All(name => AreEqual(a.GetProperty(name), b.GetProperty(name)));
    }

    static string KeyOfNumber(string raw)
    {
        if (raw.Length > MaxNumberLength)
            return raw;
        if (BigInteger.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole.ToString(CultureInfo.InvariantCulture);
        double number = double.Parse(raw, CultureInfo.InvariantCulture);
        return double.IsFinite(number) && Math.Floor(number) == number
            ? new BigInteger(number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    // 0e5 is nothing, however large its exponent.
    static bool IsExponent(string raw, int digit) => raw.AsSpan(0, digit).ContainsAny('e', 'E');
}
