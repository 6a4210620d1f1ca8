namespace Gateway.Core.Auth.Jwt;

/// <summary>What a key is. A key serves the algorithms of its own kind only, so none can be passed off as another.</summary>
enum JwtKeyKind
{
    Secret,
    Rsa,
    EcP256,
    EcP384,
    EcP521,
}
