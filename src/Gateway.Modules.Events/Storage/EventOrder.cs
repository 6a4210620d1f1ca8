namespace Gateway.Modules.Events.Storage;

/// <summary>The order of time: by timestamp, then as inserted.</summary>
sealed class EventOrder : IComparer<EventRecord>
{
    public static EventOrder Instance { get; } = new();

    public int Compare(EventRecord? x, EventRecord? y)
    {
        int byTime = x!.Timestamp.CompareTo(y!.Timestamp);
        return byTime != 0 ? byTime : x.Number.CompareTo(y.Number);
    }
}
