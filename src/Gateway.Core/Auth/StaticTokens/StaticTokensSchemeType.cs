using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth.StaticTokens;

/// <summary>Tokens that the configuration lists.</summary>
public sealed class StaticTokensSchemeType() : AuthSchemeType<StaticTokensOptions>(Name)
{
    internal const string Name = "StaticTokens";

    /// <inheritdoc/>
    protected override IAuthScheme Create(
        string name, StaticTokensOptions options, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults) =>
        new StaticTokensScheme(name, options);
}
