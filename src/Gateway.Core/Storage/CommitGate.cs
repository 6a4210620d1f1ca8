using System.Diagnostics;

namespace Gateway.Core.Storage;

/// <summary>
/// Those who wait until records up to theirs are done, in groups: one that the round under way will serve, and one for the
/// round after it. A group shares one task. Not thread-safe: the writer's lock guards it.
/// </summary>
/// <param name="done">The position up to which everything is done.</param>
sealed class CommitGate(long done)
{
    TaskCompletionSource? _served;
    long _servedUpTo;
    long _servedSince;
    TaskCompletionSource? _waiting;
    long _waitingSince;

    public long Done { get; private set; } = done;

    /// <summary>Whether somebody waits for a round to begin.</summary>
    public bool HasWaiting => _waiting != null;

    public Task WaitFor(long position)
    {
        if (position <= Done)
            return Task.CompletedTask;
        if (_served != null && position <= _servedUpTo)
            return _served.Task;
        if (_waiting == null)
            (_waiting, _waitingSince) = (new(TaskCreationOptions.RunContinuationsAsynchronously), Stopwatch.GetTimestamp());
        return _waiting.Task;
    }

    /// <summary>A round begins that will do everything up to a position.</summary>
    public void Begin(long upTo)
    {
        (_served, _servedUpTo, _servedSince) = (_waiting, upTo, _waitingSince);
        _waiting = null;
    }

    /// <summary>Everything up to a position is done.</summary>
    /// <returns>How long the first of those waited who are told so; null if nobody did.</returns>
    public TimeSpan? Complete(long upTo)
    {
        Done = upTo;
        if (_served == null || upTo < _servedUpTo)
            return null;
        _served.SetResult();
        _served = null;
        return Stopwatch.GetElapsedTime(_servedSince);
    }

    /// <summary>Tells all who wait that it has failed.</summary>
    public void Fail(Exception cause)
    {
        _served?.SetException(cause);
        _waiting?.SetException(cause);
        (_served, _waiting) = (null, null);
    }
}
