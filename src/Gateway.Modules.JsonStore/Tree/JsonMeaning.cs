using System.Globalization;
using System.Text;

namespace Gateway.Modules.JsonStore.Tree;

/// <summary>Whether two values mean the same: numbers by what they are worth, not by how they are written (RFC 6902, section 4.6).</summary>
static class JsonMeaning
{
    public static bool IsSame(JsonValue left, JsonValue right) => ReferenceEquals(left, right) || (left, right) switch
    {
        (JsonScalar { IsNumber: true } l, JsonScalar { IsNumber: true } r) => l.Text.SequenceEqual(r.Text) || Normal(l.Text) == Normal(r.Text),
        (JsonScalar l, JsonScalar r) => l.Text.SequenceEqual(r.Text),
        (JsonObject l, JsonObject r) => l.Count == r.Count && AllSame(l.Members, r.Members),
        (JsonArray l, JsonArray r) => l.Count == r.Count && AllSame(l.Items, r.Items),
        _ => false,
    };

    static bool AllSame(Sequence left, Sequence right)
    {
        using var others = Entries(right).GetEnumerator();
        foreach (var (name, value) in Entries(left))
        {
            others.MoveNext();
            if (!name.AsSpan().SequenceEqual(others.Current.Name) || !IsSame(value, others.Current.Value))
                return false;
        }
        return true;
    }

    static IEnumerable<(byte[]? Name, JsonValue Value)> Entries(Sequence sequence)
    {
        for (int i = 0; i < sequence.Children.Length; i++)
        {
            foreach (var entry in Entries(sequence.Children[i]))
                yield return entry;
        }
        for (int i = 0; i < sequence.Values.Length; i++)
            yield return (sequence.Names.IsEmpty ? null : sequence.Names[i], sequence.Values[i]);
    }

    // Sign, digits without zeros at either end, and the power of ten that belongs to them. Nobody means an exponent of more
    // than 18 digits, and reading one of millions would take minutes: such numbers are the same only if they look the same.
    static (bool IsNegative, string Digits, long Exponent) Normal(ReadOnlySpan<byte> number)
    {
        string text = Encoding.ASCII.GetString(number);
        bool isNegative = text[0] == '-';
        int e = text.AsSpan().IndexOfAny('e', 'E');
        string mantissa = text[(isNegative ? 1 : 0)..(e < 0 ? text.Length : e)];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        string digits = (point < 0 ? mantissa : mantissa.Remove(point, 1)).TrimStart('0');
        string trimmed = digits.TrimEnd('0');
        if (trimmed.Length == 0)
            return (false, "", 0);
        return Exponent(text.AsSpan(e < 0 ? text.Length : e + 1)) is { } exponent
            ? (isNegative, trimmed, exponent - fraction + (digits.Length - trimmed.Length))
            : (isNegative, text, 0);
    }

    // Null if it is too large to be meant.
    static long? Exponent(ReadOnlySpan<char> text)
    {
        const int MostDigits = 18;
        if (text.IsEmpty)
            return 0;
        var digits = text.TrimStart("+-").TrimStart('0');
        if (digits.Length > MostDigits)
            return null;
        long size = digits.IsEmpty ? 0 : long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return text[0] == '-' ? -size : size;
    }
}
