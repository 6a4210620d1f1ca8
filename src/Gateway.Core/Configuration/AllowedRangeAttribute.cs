using System.Globalization;

namespace Gateway.Core.Configuration;

/// <summary>
/// The range of an <see cref="int"/>, <see cref="long"/> or <see cref="double"/> option, both ends allowed.
/// Without it, a whole number is 0 or more and a <see cref="double"/> is any number.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedRangeAttribute : Attribute
{
    /// <summary>A range whose ends are whole numbers.</summary>
    public AllowedRangeAttribute(long min, long max) => (Min, Max) = (min, max);

    /// <summary>A range whose ends have fractions; both lie within what a <see cref="decimal"/> holds.</summary>
    public AllowedRangeAttribute(double min, double max) => (Min, Max) = ((decimal)min, (decimal)max);

    /// <summary>The smallest value allowed.</summary>
    public decimal Min { get; }

    /// <summary>The largest value allowed.</summary>
    public decimal Max { get; }

    /// <summary>What 0 means where it is the smallest value, for messages: "no limit", "any free port".</summary>
    public string? Description { get; init; }

    /// <summary>The range as a message shows it: <c>0 (no limit) to 65535</c>.</summary>
    public override string ToString()
    {
        var meaning = Min == 0 && Description is not null ? $" ({Description})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Min}{meaning} to {Max}");
    }

    /// <summary>This range without what a narrower number type cannot hold.</summary>
    internal AllowedRangeAttribute Within(long min, long max) =>
        new((long)Math.Max(Min, min), (long)Math.Min(Max, max)) { Description = Description };
}
