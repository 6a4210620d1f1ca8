using Gateway.Core.Configuration;

namespace Gateway.Core.Auth.Jwt;

/// <summary><c>Auth:{name}</c> with the type <c>Jwt</c>: signed tokens (RFC 7519), and where the keys to verify them with come from.</summary>
public sealed class JwtOptions : IValidatedOptions
{
    /// <summary>The type of the scheme: <c>Jwt</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The secret that tokens are signed with; 32 bytes of UTF-8 at least, unless only this machine can reach the gateway.</summary>
    [Secret]
    public string? Secret { get; set; }

    /// <summary>Further secrets, any of which may verify a token: the old one and the new while one is exchanged. A list if one of them holds a ";".</summary>
    [Secret]
    public IReadOnlyList<string> Secrets { get; set; } = [];

    /// <summary>The algorithms that are taken. Default: HS256 with a secret, else those that the keys can serve (RS, PS and ES, each of 256, 384 and 512).</summary>
    public IReadOnlyList<string> Algorithms { get; set; } = [];

    /// <summary>A file of public keys: PEM (public keys or certificates) or a JSON Web Key Set, relative to the configuration file.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The address of a JSON Web Key Set; https, or this machine.</summary>
    public string? JwksUrl { get; set; }

    /// <summary>The address of an OpenID provider, whose discovery document names its keys and its issuer; https, or this machine.</summary>
    public string? Authority { get; set; }

    /// <summary>What <c>iss</c> has to be; absent = what the Authority says, else anything.</summary>
    public string? Issuer { get; set; }

    /// <summary>What <c>aud</c> has to be, or to contain; absent = anything.</summary>
    public string? Audience { get; set; }

    /// <summary>How far the clocks of issuers may be off: so much later tokens end, and so much earlier they begin.</summary>
    [AllowedDuration(Max = "01:00:00", Description = "none")]
    public TimeSpan ClockSkew { get; set; }

    /// <summary>Whether claims are believed without a look at the signature, since a proxy in front has checked it.</summary>
    public bool TrustProxy { get; set; }

    internal bool HasSecrets => Secret != null || Secrets.Count > 0;

    /// <summary>The secrets with their keys.</summary>
    internal IEnumerable<(string Key, string Secret)> AllSecrets =>
        (Secret == null ? [] : new[] { (nameof(Secret), Secret) })
            .Concat(Secrets.Select((secret, index) => ($"{nameof(Secrets)}:{index}", secret)));

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate() => KeySourceFaults().Concat(AddressFaults()).Concat(AlgorithmFaults());

    IEnumerable<OptionFault> KeySourceFaults()
    {
        string[] sources = [.. Sources()];
        if (TrustProxy)
            return sources.Select(key => new OptionFault(key, "is given, but with TrustProxy no signature is checked", "either keys or TrustProxy"));
        const string Allowed = "one of Secret (and Secrets), KeyFile, JwksUrl and Authority, or TrustProxy";
        return sources.Length switch
        {
            0 => [new("", "has no keys", Allowed)],
            1 => [],
            _ => [new("", $"has several sources of keys: {string.Join(", ", sources)}", Allowed)],
        };
    }

    IEnumerable<string> Sources()
    {
        if (HasSecrets)
            yield return Secret != null ? nameof(Secret) : nameof(Secrets);
        if (KeyFile != null)
            yield return nameof(KeyFile);
        if (JwksUrl != null)
            yield return nameof(JwksUrl);
        if (Authority != null)
            yield return nameof(Authority);
    }

    IEnumerable<OptionFault> AddressFaults() =>
        new[] { (Key: nameof(JwksUrl), Url: JwksUrl), (Key: nameof(Authority), Url: Authority) }
            .Where(address => address.Url != null && !KeyAddress.TryParse(address.Url, out _))
            .Select(address => new OptionFault(address.Key, $"\"{KeyAddress.Shown(address.Url!)}\" is no safe address for keys", KeyAddress.Allowed));

    IEnumerable<OptionFault> AlgorithmFaults()
    {
        if (TrustProxy)
            return Algorithms.Count == 0 ? [] : [new(nameof(Algorithms), "is given, but with TrustProxy no signature is checked", "nothing")];
        var fitting = JwtAlgorithm.Names(HasSecrets);
        return Algorithms.Where(name => !fitting.Contains(name)).Select(name =>
            new OptionFault(nameof(Algorithms), $"\"{name}\" does not fit the kind of key", string.Join(", ", fitting)));
    }
}
