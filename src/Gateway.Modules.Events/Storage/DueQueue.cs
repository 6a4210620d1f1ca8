namespace Gateway.Modules.Events.Storage;

/// <summary>
/// What is still to come, the next first. An event that was cancelled or put off stays in it, and is skipped when its turn
/// comes; when most are such, the queue is made anew. Not thread-safe.
/// </summary>
sealed class DueQueue
{
    const int LeastStale = 1024;

    PriorityQueue<EventRecord, (long Timestamp, long Number)> _queue = new();
    int _stale;

    public void Add(EventRecord record) => _queue.Enqueue(record, (record.Timestamp, record.Number));

    /// <summary>An event that is in the queue has been cancelled or put off.</summary>
    public void MarkStale()
    {
        if (++_stale < LeastStale || _stale < _queue.Count / 2)
            return;
        _queue = new(_queue.UnorderedItems.Where(item => IsCurrent(item.Element, item.Priority)));
        _stale = 0;
    }

    /// <summary>When the next event fires; null = there is none.</summary>
    public long? Next
    {
        get
        {
            while (_queue.TryPeek(out var record, out var due))
            {
                if (IsCurrent(record, due))
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
            due.Add(_queue.Dequeue());
        return due;
    }

    static bool IsCurrent(EventRecord record, (long Timestamp, long Number) due) => record.IsPending && record.Timestamp == due.Timestamp;
}
