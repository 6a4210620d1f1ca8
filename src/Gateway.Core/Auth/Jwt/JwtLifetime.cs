namespace Gateway.Core.Auth.Jwt;

/// <summary>
/// When a token is good, as RFC 7519 says (sections 4.1.4 and 4.1.5): from <c>nbf</c> on, that moment included, until
/// <c>exp</c>, that moment excluded. The clock skew widens both ends.
/// </summary>
/// <param name="NotBefore">When it begins; null = always.</param>
/// <param name="Expires">When it ends; null = never.</param>
readonly record struct JwtLifetime(DateTimeOffset? NotBefore, DateTimeOffset? Expires)
{
    /// <summary>The lifetime of a token with these dates; an end that the calendar has no year for is none.</summary>
    public static JwtLifetime Of(JwtPayload payload, TimeSpan skew) => new(
        payload.NotBefore is { } begin && begin - DateTimeOffset.MinValue > skew ? begin - skew : null,
        payload.Expires is { } end && DateTimeOffset.MaxValue - end > skew ? end + skew : null);

    /// <summary>Why it is not good at a time; null if it is.</summary>
    public AuthFault? FaultAt(DateTimeOffset now) =>
        now >= Expires ? AuthFault.TokenExpired : now < NotBefore ? AuthFault.TokenNotYetValid : null;
}
