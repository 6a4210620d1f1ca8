using System.Globalization;
using System.Net.Http.Headers;

namespace Gateway.Core.Auth.Tickets;

/// <summary>When an application that answered 429 wants to be asked again.</summary>
public static class RateLimitReset
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The wait that the first of the headers that is present asks for, at most an hour; null where it says nothing usable.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (headers.TryGetValues(name, out var values))
                return Parse(values.First());
        }
        return null;
    }

    static TimeSpan? Parse(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) || double.IsNaN(seconds) || seconds < 0)
            return null;
        return seconds >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(seconds);
    }
}
