using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Modules.Router.Protocol;

/// <summary>Times as the protocol writes them: ISO 8601, in microseconds, with an offset in place of <c>Z</c>.</summary>
static partial class Timestamps
{
    const string Seconds = "yyyy-MM-ddTHH:mm:ss";
    const string Microseconds = "yyyy-MM-ddTHH:mm:ss.ffffff";

    /// <summary>The time now.</summary>
    public static string Now() => DateTime.UtcNow.ToString(Microseconds, CultureInfo.InvariantCulture) + "+00:00";

    /// <summary>A time that a service wrote, in the protocol's form; null if it is none. One without an offset stays so.</summary>
    public static string? Normalize(string text)
    {
        var match = Iso().Match(text);
        if (!match.Success)
            return null;
        string time = match.Groups["time"].Success ? match.Groups["time"].Value : "00:00";
        if (time.Length == 5)
            time += ":00";
        if (!DateTime.TryParseExact($"{match.Groups["date"].Value}T{time}", Seconds, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return null;
        string fraction = match.Groups["fraction"].Value.PadRight(6, '0')[..6];
        if (Offset(match.Groups["offset"].Value) is not { } offset)
            return null;
        return parsed.ToString(Seconds, CultureInfo.InvariantCulture) + (fraction == "000000" ? "" : "." + fraction) + offset;
    }

    static string? Offset(string text)
    {
        if (text.Length == 0)
            return "";
        if (text == "Z")
            return "+00:00";
        string digits = text[1..].Replace(":", "", StringComparison.Ordinal).PadRight(4, '0');
        bool isOffset = int.Parse(digits[..2], CultureInfo.InvariantCulture) < 24 && int.Parse(digits[2..], CultureInfo.InvariantCulture) < 60;
        string sign = digits == "0000" ? "+" : text[..1];
        return isOffset ? $"{sign}{digits[..2]}:{digits[2..]}" : null;
    }

    [GeneratedRegex(@"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})([T ](?<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)([.,](?<fraction>[0-9]{1,9}))?(?<offset>Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?\z")]
    private static partial Regex Iso();
}
