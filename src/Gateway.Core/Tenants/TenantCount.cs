namespace Gateway.Core.Tenants;

/// <summary>Something of which a tenant may have so much and no more. Thread-safe.</summary>
/// <param name="limit">How much; 0 = no limit.</param>
sealed class TenantCount(long limit)
{
    long _value;
    long _refused;

    public long Limit => limit;

    public long Value => Interlocked.Read(ref _value);

    /// <summary>How often there was no room.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public bool TryAdd(long amount)
    {
        if (Interlocked.Add(ref _value, amount) <= limit || limit == 0)
            return true;
        Interlocked.Add(ref _value, -amount);
        Interlocked.Increment(ref _refused);
        return false;
    }

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
