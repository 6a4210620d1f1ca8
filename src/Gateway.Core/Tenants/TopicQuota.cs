namespace Gateway.Core.Tenants;

/// <summary>
/// The topics of a tenant, over all of its modules. Those of a <see cref="Topics.TopicHub{TModule}"/> are counted by it; a
/// module that keeps topics of its own asks before it makes one, and gives back the place of one that is gone. Thread-safe.
/// </summary>
public sealed class TopicQuota
{
    readonly TenantCount _count;

    internal TopicQuota(TenantCount count) => _count = count;

    /// <summary>Takes a place for a topic that is about to exist; false, and nothing taken, if the tenant has as many as it may.</summary>
    public bool TryTake() => _count.TryAdd(1);

    /// <summary>Gives back the place of a topic that is gone.</summary>
    public void Return() => _count.Add(-1);
}
