using System.Globalization;

namespace Gateway.Core.Configuration;

/// <summary>
/// Durations as the configuration writes them: hours, minutes and seconds in full, days before and a fraction behind
/// where needed, or a bare 0. Every shorter form is refused, as <see cref="TimeSpan"/> reads "30" as days and "00:30" as minutes.
/// </summary>
static class Duration
{
    static readonly string[] Forms = [@"h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF", @"d\.h\:mm\:ss", @"d\.h\:mm\:ss\.FFFFFFF"];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        return text == "0" || TimeSpan.TryParseExact(text, Forms, CultureInfo.InvariantCulture, out duration);
    }

    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"\"{text}\" is not a duration.");
}
