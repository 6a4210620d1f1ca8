using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth;

/// <summary>The usual way to write a type of scheme: options that are bound strictly, and a scheme made from them.</summary>
/// <typeparam name="TOptions">The section's keys, <c>Type</c> among them.</typeparam>
/// <param name="type">The name of the type.</param>
public abstract class AuthSchemeType<TOptions>(string type) : IAuthSchemeType where TOptions : class, new()
{
    /// <inheritdoc/>
    public string Type { get; } = type;

    /// <inheritdoc/>
    public System.Type? OptionsType => typeof(TOptions);

    /// <inheritdoc/>
    public virtual bool CanBeReplaced => true;

    /// <inheritdoc/>
    public IAuthScheme? Create(string name, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults)
    {
        // Only what is wrong with this section counts: another's faults do not make a scheme that is there look absent.
        int earlier = faults.Count;
        var options = StrictBinder.Bind<TOptions>(section, faults);
        var scheme = faults.Count > earlier ? null : Create(name, options, section, context, faults);
        return faults.Count > earlier ? null : scheme;
    }

    /// <summary>Makes a scheme from options in which no fault has been found. Further faults are reported; what is returned is then not used.</summary>
    protected abstract IAuthScheme? Create(
        string name, TOptions options, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults);
}
