namespace Gateway.Core.Tenants;

/// <summary>An app team on the shared deployment. Everything stateful hangs below one.</summary>
public sealed class Tenant
{
    /// <summary>The tenant of everything that stands outside <c>Tenants</c>.</summary>
    public const string DefaultName = "default";

    internal Tenant(string name, TenantLimitOptions limits, TimeProvider time)
    {
        Name = name;
        Limits = new TenantLimits(limits, time);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether it is the one that needs no configuration.</summary>
    public bool IsDefault => Name == DefaultName;

    internal TenantLimits Limits { get; }
}
