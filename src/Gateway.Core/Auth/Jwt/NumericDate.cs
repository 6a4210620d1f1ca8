using System.Text.Json;

namespace Gateway.Core.Auth.Jwt;

/// <summary>A point in time as tokens have it: seconds since 1970, with a fraction or an exponent where the issuer likes (RFC 7519, section 2).</summary>
/// <param name="Seconds">The seconds since 1970, exactly.</param>
readonly record struct NumericDate(decimal Seconds)
{
    // What DateTimeOffset can hold: the years 1 to 9999.
    static readonly decimal Earliest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    static readonly decimal Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>False if it is no number, or one beyond 64 bits.</summary>
    public static bool TryRead(JsonElement value, out NumericDate date)
    {
        date = default;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out decimal seconds))
            return false;
        date = new(seconds);
        return seconds is >= long.MinValue and <= long.MaxValue;
    }

    /// <summary>The time as the clock has it; a year that it has not is its first or last moment.</summary>
    public DateTimeOffset ToTime() =>
        Seconds < Earliest ? DateTimeOffset.MinValue
        : Seconds > Latest ? DateTimeOffset.MaxValue
        : DateTimeOffset.UnixEpoch.AddTicks((long)decimal.Ceiling(Seconds * TimeSpan.TicksPerSecond));
}
