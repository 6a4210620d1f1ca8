using Gateway.Core.Tenants;

namespace Gateway.Core.Hosting;

/// <summary>
/// A way to a module of a tenant: a path on the shared addresses, or addresses of its own. The routes of an own address
/// lie below a prefix that no request can spell, since a space never stands in a request's path; the address puts it
/// there.
/// </summary>
/// <param name="Module">The module that it leads to.</param>
/// <param name="Prefix">What its routes begin with; empty for the root.</param>
sealed record Door(EnabledModule Module, string Prefix)
{
    /// <summary>The prefix of routes that are served on a module's own addresses.</summary>
    public static string OwnPrefix(Tenant tenant, string module) => $"/ {tenant.Name}/ {module}";

    /// <summary>The prefix of the operators' pages on addresses of their own.</summary>
    public const string AdminPrefix = "/ admin";

    /// <summary>The prefix of routes at a path of the shared addresses.</summary>
    public static string SharedPrefix(Tenant tenant, string path) => TenantPrefix(tenant) + (path == "/" ? "" : path);

    /// <summary>Where a tenant is on the shared addresses.</summary>
    public static string TenantPrefix(Tenant tenant) => tenant.IsDefault ? "" : $"/t/{tenant.Name}";
}
