using System.Globalization;
using System.Numerics;
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

    // Sign, digits without zeros at either end, and the power of ten that belongs to them.
    static (bool IsNegative, string Digits, BigInteger Exponent) Normal(ReadOnlySpan<byte> number)
    {
        string text = Encoding.ASCII.GetString(number);
        bool isNegative = text[0] == '-';
        int e = text.AsSpan().IndexOfAny('e', 'E');
        string mantissa = text[(isNegative ? 1 : 0)..(e < 0 ? text.Length : e)];
        var exponent = e < 0 ? BigInteger.Zero : BigInteger.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }
        string digits = mantissa.TrimStart('0');
        string trimmed = digits.TrimEnd('0');
        return trimmed.Length == 0 ? (false, "", BigInteger.Zero) : (isNegative, trimmed, exponent + (digits.Length - trimmed.Length));
    }
}
