using Gateway.Core.Auth;

namespace Gateway.Core.Tenants;

/// <summary>An app team on the shared deployment. Everything stateful hangs below one.</summary>
public sealed class Tenant
{
    /// <summary>The tenant of everything that stands outside <c>Tenants</c>.</summary>
    public const string DefaultName = "default";

    internal Tenant(string name, TenantLimitOptions limits, Revocations revocations, TimeProvider time)
    {
        Name = name;
        Limits = new TenantLimits(limits, time);
        Revocations = revocations;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether it is the one that needs no configuration.</summary>
    public bool IsDefault => Name == DefaultName;

    /// <summary>What its modules keep on disk, against what it may keep.</summary>
    public StorageQuota Storage => Limits.Storage;

    /// <summary>Its topics, against how many it may have.</summary>
    public TopicQuota Topics => Limits.Topics;

    internal TenantLimits Limits { get; }

    internal Revocations Revocations { get; }
}
