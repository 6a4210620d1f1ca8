using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Tenants;

/// <summary>
/// <c>Tenants:{name}</c>: an app team on the shared deployment, with data, topics, schemes and limits of its own. What
/// stands outside <c>Tenants</c> is the tenant <c>default</c>.
/// </summary>
public sealed class TenantOptions : IValidatedOptions
{
    /// <summary>Its schemes; those of others are not inherited.</summary>
    public Dictionary<string, IConfigurationSection> Auth { get; set; } = [];

    /// <summary>Keys of modules that differ for it; <c>Enabled</c> among them. <c>Listen</c> is not inherited.</summary>
    public Dictionary<string, IConfigurationSection> Modules { get; set; } = [];

    /// <summary>Host names that select it, besides its path <c>/t/{name}</c>.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>How much it may use.</summary>
    public TenantLimitOptions Limits { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate() =>
        Hosts.Where(host => Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
            .Select(host => new OptionFault(nameof(Hosts), $"\"{host}\" is no host name", "a host name without port, such as acme.example.com"));
}
