namespace Gateway.Core.Tenants;

/// <summary>Something of which a tenant may have so much and no more. Thread-safe.</summary>
sealed class TenantCount
{
    long _limit;
    long _value;
    long _refused;

    /// <summary>How much; 0 = no limit. A lower one takes nothing back: nothing is added until there is room.</summary>
    public long Limit
    {
        get => Interlocked.Read(ref _limit);
        set => Interlocked.Exchange(ref _limit, value);
    }

    public long Value => Interlocked.Read(ref _value);

    /// <summary>How often there was no room.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public bool TryAdd(long amount)
    {
        long limit = Limit;
        if (Interlocked.Add(ref _value, amount) <= limit || limit == 0)
            return true;
        Interlocked.Add(ref _value, -amount);
        Interlocked.Increment(ref _refused);
        return false;
    }

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
