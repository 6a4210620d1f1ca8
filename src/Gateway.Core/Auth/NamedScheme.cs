namespace Gateway.Core.Auth;

/// <summary>A scheme of the configuration.</summary>
/// <param name="Scheme">The scheme itself.</param>
/// <param name="Asked">What is asked about credentials: the scheme, or a cache before it.</param>
sealed record NamedScheme(IAuthScheme Scheme, IAuthScheme Asked);
