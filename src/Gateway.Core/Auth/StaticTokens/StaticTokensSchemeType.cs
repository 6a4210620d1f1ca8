using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth.StaticTokens;

/// <summary>Tokens that the configuration lists.</summary>
public sealed class StaticTokensSchemeType : IAuthSchemeType
{
    internal const string Name = "StaticTokens";

    /// <inheritdoc/>
    public string Type => Name;

    /// <inheritdoc/>
    public IAuthScheme? Create(string name, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults)
    {
        var options = StrictBinder.Bind<StaticTokensOptions>(section, faults);
        return faults.Any ? null : new StaticTokensScheme(name, options);
    }
}
