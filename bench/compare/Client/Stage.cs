using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Publishes at a pace for some time, then waits for what is under way.</summary>
sealed class Stage(Group group, Pace pace, TimeSpan duration)
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Tally _tally = new();
    readonly long _first = group.Sent;
    readonly double _hearersOfOne = (double)group.Hearers.Count / group.Topics;
    readonly long _begin = Stopwatch.GetTimestamp();
    long _progressAt = Stopwatch.GetTimestamp();
    long _seen;

    /// <summary>Messages published.</summary>
    internal long Messages => group.Sent - _first;

    /// <summary>From the beginning to the last delivery.</summary>
    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begin, _tally.LastAt);

    /// <summary>Runs to the end: all is received, or nothing has come for so long that the rest is lost.</summary>
    internal Tally Run()
    {
        foreach (var hearer in group.Hearers)
            hearer.Tally = _tally;
        while (!IsOver())
        {
            Publish();
            if (pace.Pause > TimeSpan.Zero)
                Libc.Sleep(pace.Pause);
            group.Loop.Poll(Wait(), Publish);
        }

        _tally.Lost += group.GiveUp();
        return _tally;
    }

    double UnderWay => Messages - (_tally.Deliveries / _hearersOfOne);

    TimeSpan Due => pace.Interval * Messages;

    void Publish()
    {
        var now = Stopwatch.GetElapsedTime(_begin);
        while (now < duration && now >= Due && UnderWay <= pace.Window - pace.Burst)
        {
            for (int i = 0; i < pace.Burst; i++)
                group.Publish();
        }

        group.Flush();
    }

    TimeSpan Wait()
    {
        if (group.IsBlocked)
            return ShortestWait;
        var untilDue = Due - Stopwatch.GetElapsedTime(_begin);
        return untilDue > TimeSpan.Zero && untilDue < LongestWait ? untilDue : LongestWait;
    }

    bool IsOver()
    {
        if (_tally.Deliveries != _seen)
            (_seen, _progressAt) = (_tally.Deliveries, Stopwatch.GetTimestamp());
        var elapsed = Stopwatch.GetElapsedTime(_begin);
        return Stopwatch.GetElapsedTime(_progressAt) > Patience || (elapsed >= duration && !group.IsBlocked && UnderWay <= 0);
    }
}
