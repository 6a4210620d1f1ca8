using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace Gateway.Core.Configuration;

/// <summary>What one scalar option accepts: its type, narrowed by the attributes of its property.</summary>
abstract class ScalarRule
{
    /// <summary>What is allowed, as a fault message says it.</summary>
    public abstract string Allowed { get; }

    /// <summary>Reads the text; returns what is wrong with it, such as "is not a whole number", or null.</summary>
    public abstract string? Read(string text, out object? value);

    /// <summary>The rule for a property, or for the elements of one, whose type is <paramref name="type"/>; null where that is no scalar.</summary>
    public static ScalarRule? For(Type type, PropertyInfo property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return new Name(type);
        if (type == typeof(string)) return new Text();
        if (type == typeof(bool)) return new Truth();
        if (type == typeof(int)) return new WholeNumber(Range(property).Within(int.MinValue, int.MaxValue), whole => (int)whole);
        if (type == typeof(long)) return new WholeNumber(Range(property).Within(long.MinValue, long.MaxValue), whole => (long)whole);
        if (type == typeof(double)) return new Number(property.GetCustomAttribute<AllowedRangeAttribute>());
        if (type == typeof(TimeSpan)) return new Span(property.GetCustomAttribute<AllowedDurationAttribute>() ?? new());
        return null;
    }

    static AllowedRangeAttribute Range(PropertyInfo property) =>
        property.GetCustomAttribute<AllowedRangeAttribute>() ?? new(0, long.MaxValue);

    sealed class Text : ScalarRule
    {
        public override string Allowed => "one text";

        public override string? Read(string text, out object? value)
        {
            value = text;
            return null;
        }
    }

    sealed class Truth : ScalarRule
    {
        public override string Allowed => "true or false";

        public override string? Read(string text, out object? value)
        {
            var understood = bool.TryParse(text, out var truth);
            value = truth;
            return understood ? null : "is neither true nor false";
        }
    }

    sealed class Name(Type type) : ScalarRule
    {
        public override string Allowed => string.Join(", ", Enum.GetNames(type));

        // Enum.TryParse would take numbers and lists of names as well.
        public override string? Read(string text, out object? value)
        {
            var name = Array.Find(Enum.GetNames(type), name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = name is null ? null : Enum.Parse(type, name);
            return name is null ? "is not one of the names" : null;
        }
    }

    sealed class WholeNumber(AllowedRangeAttribute range, Func<BigInteger, object> convert) : ScalarRule
    {
        public override string Allowed => range.ToString();

        // Read without a limit first, so that a number too large for its type is told apart from a word.
        public override string? Read(string text, out object? value)
        {
            value = null;
            if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return "is not a whole number";
            if (number < (BigInteger)range.Min || number > (BigInteger)range.Max)
                return "is out of range";
            value = convert(number);
            return null;
        }
    }

    sealed class Number(AllowedRangeAttribute? range) : ScalarRule
    {
        const NumberStyles Form = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

        public override string Allowed => range?.ToString() ?? "any number";

        public override string? Read(string text, out object? value)
        {
            var understood = double.TryParse(text, Form, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
            value = number;
            if (!understood) return "is not a number";
            return range is not null && (number < (double)range.Min || number > (double)range.Max) ? "is out of range" : null;
        }
    }

    sealed class Span(AllowedDurationAttribute range) : ScalarRule
    {
        public override string Allowed => range.ToString();

        public override string? Read(string text, out object? value)
        {
            var understood = Duration.TryParse(text, out var duration);
            value = duration;
            if (!understood) return "is not a duration like 00:00:30";
            return range.Contains(duration) ? null : "is out of range";
        }
    }
}
