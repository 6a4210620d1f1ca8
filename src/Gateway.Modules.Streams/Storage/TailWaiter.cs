using System.Threading.Tasks.Sources;

namespace Gateway.Modules.Streams.Storage;

/// <summary>One consumer's place at the end of a stream; reused from wait to wait, one wait at a time.</summary>
sealed class TailWaiter : IValueTaskSource
{
    ManualResetValueTaskSourceCore<bool> _source;

    /// <summary>Where it is in the list of those who wait; below 0 = not in it. The tail's lock guards it.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>It shall wait no more.</summary>
    internal bool IsCancelled { get; set; }

    internal ValueTask Begin()
    {
        _source.Reset();
        return new ValueTask(this, _source.Version);
    }

    internal void Complete() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
