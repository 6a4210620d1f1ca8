namespace Gateway.Core.Auth;

/// <summary>A scheme of the configuration.</summary>
/// <param name="Scheme">The scheme itself.</param>
/// <param name="Asked">What is asked about credentials: the scheme, or a cache before it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Settings">What it was made from: the keys of its section with their values.</param>
sealed record NamedScheme(IAuthScheme Scheme, IAuthScheme Asked, IAuthSchemeType Type, IReadOnlyDictionary<string, string?> Settings);
