namespace Gateway.Modules.Events.Storage;

/// <summary>An event. What may change is changed under the store's lock; to read it none is needed.</summary>
sealed class EventRecord
{
    long _timestamp;
    long _fired;
    bool _cancelled;

    /// <summary>A number in the order of insertion, which decides between equal timestamps.</summary>
    public required long Number { get; init; }

    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    public required Guid CollectionId { get; init; }

    public required string Name { get; init; }

    /// <summary>JSON without needless white space, in ASCII: it fits on one line of a stream.</summary>
    public required byte[] Data { get; init; }

    /// <summary>The key under which it was inserted, and what was; null = without a key.</summary>
    public InsertKey? Key { get; init; }

    /// <summary>The series of which it is an occurrence; null for an event that fires once.</summary>
    public Series? Series { get; set; }

    /// <summary>When it fires, in seconds of Unix time: any 64-bit number.</summary>
    public required long Timestamp
    {
        get => Volatile.Read(ref _timestamp);
        set => Volatile.Write(ref _timestamp, value);
    }

    /// <summary>How often it has been given another time since the start.</summary>
    public int Schedule { get; set; }

    /// <summary>Its place in the order of all that has fired, from 1; 0 = it has not.</summary>
    public long Fired
    {
        get => Volatile.Read(ref _fired);
        set => Volatile.Write(ref _fired, value);
    }

    public bool Cancelled
    {
        get => Volatile.Read(ref _cancelled);
        set => Volatile.Write(ref _cancelled, value);
    }

    public bool IsPending => Fired == 0 && !Cancelled;

    /// <summary>When it fired, or was cancelled before that, in seconds of Unix time; 0 while it is pending.</summary>
    public long Finished { get; set; }

    /// <summary>What it counts against the limit of bytes.</summary>
    public long Bytes => Data.Length;

    /// <summary>Whether it is the state rather than another that has fired as well: by timestamp, then as they fired.</summary>
    public bool IsLaterThan(EventRecord other) => (Timestamp, Fired).CompareTo((other.Timestamp, other.Fired)) > 0;

    /// <summary>A mark in the order of time: before all events of a second, behind those of the second before.</summary>
    public static EventRecord Before(long second) => new()
    {
        Number = long.MinValue,
        Id = Guid.Empty,
        UserId = Guid.Empty,
        CollectionId = Guid.Empty,
        Name = "",
        Timestamp = second,
        Data = [],
    };

    /// <summary>The next event of its series.</summary>
    public EventRecord FollowedBy(Occurrence next, long number) => new()
    {
        Number = number,
        Id = next.Id,
        UserId = UserId,
        CollectionId = CollectionId,
        Name = Name,
        Timestamp = next.Timestamp,
        Data = Data,
        Series = Series,
    };
}
