using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Auth.Jwt;

/// <summary>Signed tokens (JSON Web Tokens), verified by secrets or by the public keys of whoever issues them.</summary>
public sealed partial class JwtSchemeType() : AuthSchemeType<JwtOptions>("Jwt")
{
    /// <inheritdoc/>
    protected override IAuthScheme Create(
        string name, JwtOptions options, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults)
    {
        var algorithms = Algorithms(options);
        var keys = new JwtKeyChoice(options, algorithms, section, context, faults).Create();
        Warn(options, name, context.Logs.CreateLogger<JwtSchemeType>());
        return new JwtScheme(name, options, algorithms, keys, context.Time, context.Grants.Read);
    }

    static IReadOnlyCollection<string> Algorithms(JwtOptions options) =>
        options.Algorithms.Count > 0 ? options.Algorithms
        : options.HasSecrets ? [JwtAlgorithm.Default]
        : JwtAlgorithm.Names(forSecrets: false);

    static void Warn(JwtOptions options, string name, ILogger log)
    {
        if (options.TrustProxy)
            TrustsProxy(log, name);
        if (options is { Authority: not null, Audience: null })
            TakesAnyAudience(log, name);
    }

    [LoggerMessage(1403, LogLevel.Warning, "Auth:{Scheme} believes tokens without checking their signatures (TrustProxy): nobody but the proxy may be able to reach this gateway", EventName = "JwtTrustsProxy")]
    static partial void TrustsProxy(ILogger log, string scheme);

    [LoggerMessage(1404, LogLevel.Warning, "Auth:{Scheme} has no Audience: tokens that its Authority issued for other applications are accepted too", EventName = "JwtTakesAnyAudience")]
    static partial void TakesAnyAudience(ILogger log, string scheme);
}
