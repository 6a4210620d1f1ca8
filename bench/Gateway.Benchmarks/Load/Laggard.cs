namespace Gateway.Benchmarks.Load;

/// <summary>
/// Knows which message all subscribers have. It looks at one that lacks it, and at all the others only once that one has
/// caught up.
/// </summary>
sealed class Laggard(IReadOnlyList<Subscriber> subscribers)
{
    Subscriber _last = subscribers[0];
    long _complete;

    internal bool Has(long sequence)
    {
        if (_complete < sequence && _last.Newest >= sequence)
        {
            _last = subscribers.MinBy(subscriber => subscriber.Newest)!;
            _complete = _last.Newest;
        }

        return _complete >= sequence;
    }
}
