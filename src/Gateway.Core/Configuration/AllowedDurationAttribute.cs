namespace Gateway.Core.Configuration;

/// <summary>
/// The range of a <see cref="TimeSpan"/> option, both ends allowed.
/// Without it, a duration is 0 or between half a second and 24 days, the longest that a timer can wait.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedDurationAttribute : Attribute
{
    /// <summary>The shortest duration allowed beside 0, as the configuration writes it.</summary>
    public string Min { get; init; } = "00:00:00.5";

    /// <summary>The longest duration allowed, as the configuration writes it.</summary>
    public string Max { get; init; } = "24.00:00:00";

    /// <summary>Whether 0 is allowed although it is shorter than <see cref="Min"/>.</summary>
    public bool Zero { get; init; } = true;

    /// <summary>What 0 means, for messages: "off", "no limit".</summary>
    public string? Description { get; init; }

    /// <summary>The range as a message shows it: <c>0 (off), or 00:00:00.5 to 24.00:00:00</c>.</summary>
    public override string ToString()
    {
        var meaning = Description is null ? "" : $" ({Description})";
        return Zero ? $"0{meaning}, or {Min} to {Max}" : $"{Min} to {Max}";
    }

    internal bool Contains(TimeSpan duration) =>
        (Zero && duration == TimeSpan.Zero) || (duration >= Duration.Parse(Min) && duration <= Duration.Parse(Max));
}
