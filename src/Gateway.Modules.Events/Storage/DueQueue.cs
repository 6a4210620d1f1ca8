namespace Gateway.Modules.Events.Storage;

/// <summary>
/// What is still to come, the next first. An event that was cancelled or put off stays in it, and is skipped when its turn
/// comes; when most are such, the queue is made anew. Not thread-safe.
/// </summary>
sealed class DueQueue
{
    const int LeastStale = 1024;

    PriorityQueue<(EventRecord Record, int Schedule), (long Timestamp, long Number)> _queue = new();
    int _stale;

    public void Add(EventRecord record) => _queue.Enqueue((record, record.Schedule), (record.Timestamp, record.Number));

    /// <summary>An event that is in the queue has been cancelled or put off.</summary>
    public void MarkStale()
    {
        if (++_stale < LeastStale || _stale < _queue.Count / 2)
            return;
        _queue = new(_queue.UnorderedItems.Where(item => IsCurrent(item.Element)));
        _stale = 0;
    }

    /// <summary>When the next event fires; null = there is none.</summary>
    public long? Next
    {
        get
        {
            while (_queue.TryPeek(out var next, out var due))
            {
                if (IsCurrent(next))
                    return due.Timestamp;
                _queue.Dequeue();
                _stale--;
            }
            return null;
        }
    }

    /// <summary>Takes what is due, at most so many.</summary>
    public List<EventRecord> Take(long now, int limit)
    {
        var due = new List<EventRecord>();
        while (due.Count < limit && Next <= now)
            due.Add(_queue.Dequeue().Record);
        return due;
    }

    // Its time does not tell: it may have been put off and back.
    static bool IsCurrent((EventRecord Record, int Schedule) item) => item.Record.IsPending && item.Record.Schedule == item.Schedule;
}
