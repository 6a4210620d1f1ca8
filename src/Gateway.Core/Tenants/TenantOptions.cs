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

    /// <summary>What its scraper presents, as <c>Authorization: Bearer</c>, at <c>/t/{name}/metrics</c>; without it there is no such page.</summary>
    [Secret]
    public string? MetricsToken { get; set; }

    /// <summary>How much it may use.</summary>
    public TenantLimitOptions Limits { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (MetricsToken is { Length: 0 })
            yield return new(nameof(MetricsToken), "empty", "a long random text, or no key at all");
        foreach (string host in Hosts.Where(host => Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown))
            yield return new(nameof(Hosts), $"\"{host}\" is no host name", "a host name without port, such as acme.example.com");
    }
}
