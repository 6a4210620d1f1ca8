using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth;

/// <summary>
/// A type of scheme, as <c>Auth:{name}:Type</c> names it. Found like modules are, by scanning; each needs a public
/// constructor without parameters and without side effects.
/// </summary>
public interface IAuthSchemeType
{
    /// <summary>The name of the type, such as <c>Jwt</c>.</summary>
    string Type { get; }

    /// <summary>The class of its section's keys, by which operators are shown what is no secret; null = all but the type may be one.</summary>
    System.Type? OptionsType => null;

    /// <summary>
    /// Whether a scheme with other settings can take the place of one that runs. One that keeps something of its own open
    /// cannot: other settings then wait for the next start.
    /// </summary>
    bool CanBeReplaced => true;

    /// <summary>
    /// Creates a scheme from its section, of which <c>Type</c> is one key. Faults are reported, not thrown; with any, what
    /// is returned is not used. Must not read or write anything but files that the section names.
    /// </summary>
    IAuthScheme? Create(string name, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults);
}
