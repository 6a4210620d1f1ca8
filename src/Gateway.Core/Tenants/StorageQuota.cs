namespace Gateway.Core.Tenants;

/// <summary>
/// The bytes that a tenant's modules keep on disk. A module counts what it finds at its start, asks before it adds, and
/// gives back what it deletes. Thread-safe.
/// </summary>
public sealed class StorageQuota
{
    readonly TenantCount _count;

    internal StorageQuota(TenantCount count) => _count = count;

    /// <summary>How many bytes there are.</summary>
    public long UsedBytes => _count.Value;

    /// <summary>Takes room for bytes; false, and nothing taken, if the tenant may not keep that many.</summary>
    public bool TryTake(long bytes) => _count.TryAdd(bytes);

    /// <summary>Counts bytes whether there is room or not: those that are there already, or negative, those deleted.</summary>
    public void Count(long bytes) => _count.Add(bytes);
}
