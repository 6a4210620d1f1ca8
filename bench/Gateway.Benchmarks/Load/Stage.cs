using System.Diagnostics;

namespace Gateway.Benchmarks.Load;

/// <summary>Publishes at a pace for some time, then waits for what is under way.</summary>
sealed class Stage(ClientLoop loop, Publisher publisher, IReadOnlyList<Subscriber> subscribers, Pace pace, TimeSpan duration)
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Tally _tally = new();
    readonly Tally _echoes = new();
    readonly Laggard _laggard = new(subscribers);
    readonly long _first = publisher.Sent;
    readonly long _begin = Stopwatch.GetTimestamp();
    long _progressAt = Stopwatch.GetTimestamp();
    long _seen;

    /// <summary>Messages published.</summary>
    internal long Messages => publisher.Sent - _first;

    /// <summary>From the beginning to the last delivery.</summary>
    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begin, _tally.LastAt);

    /// <summary>Runs to the end: all is received, or nothing has come for so long that the rest is lost.</summary>
    internal Tally Run()
    {
        foreach (var subscriber in subscribers)
            subscriber.Tally = _tally;
        publisher.Tally = _echoes;

        while (!IsOver())
        {
            Publish();
            if (pace.Pause > TimeSpan.Zero)
                Libc.Sleep(pace.Pause);
            loop.Poll(Wait(), Publish);
        }

        _tally.Lost += _echoes.Lost + subscribers.Append(publisher).Sum(subscriber => subscriber.GiveUp(publisher.Sent));
        _tally.Reordered += _echoes.Reordered;
        return _tally;
    }

    void Publish()
    {
        var now = Stopwatch.GetElapsedTime(_begin);
        while (now < duration && now >= Due && _laggard.Has(publisher.Sent + 1 - pace.Window))
            publisher.Publish();
        publisher.Flush();
    }

    TimeSpan Due => pace.Interval * Messages;

    TimeSpan Wait()
    {
        if (publisher.IsBlocked)
            return ShortestWait;
        var untilDue = Due - Stopwatch.GetElapsedTime(_begin);
        return untilDue > TimeSpan.Zero && untilDue < LongestWait ? untilDue : LongestWait;
    }

    bool IsOver()
    {
        if (_tally.Deliveries != _seen)
            (_seen, _progressAt) = (_tally.Deliveries, Stopwatch.GetTimestamp());
        return Stopwatch.GetElapsedTime(_progressAt) > Patience || (Stopwatch.GetElapsedTime(_begin) >= duration && IsComplete());
    }

    bool IsComplete() => !publisher.IsBlocked && publisher.Newest >= publisher.Sent && _laggard.Has(publisher.Sent);
}
