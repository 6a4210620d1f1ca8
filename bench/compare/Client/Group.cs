using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Subscribers of some topics and those who publish to them.</summary>
sealed class Group : IDisposable
{
    internal const int UsualBytes = 128;

    static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ShortestProbe = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    readonly int _messageBytes;
    readonly Connection[] _publishers;
    readonly long[] _sent;
    readonly HashSet<Connection> _unsent = [];

    /// <summary>Opens all connections and waits until messages reach every subscriber.</summary>
    /// <param name="dialect">How to speak with the server.</param>
    /// <param name="subscribers">How many there are.</param>
    /// <param name="topics">How many topics they are spread over; with more than one, each topic's first subscriber publishes on it.</param>
    /// <param name="messageBytes">How long each message is.</param>
    internal Group(Dialect dialect, int subscribers, int topics = 1, int messageBytes = UsualBytes)
    {
        Dialect = dialect;
        _messageBytes = messageBytes;
        // The publisher first: a byte stream is there once somebody writes it.
        _publishers = topics > 1 ? [] : [.. Opener.Open(Loop, 1, dialect.Publish, OpenLimit)];
        Subscribers.AddRange(Opener.Open(Loop, subscribers, i => dialect.Subscribe(i % topics), OpenLimit));
        if (topics > 1)
            _publishers = [.. Subscribers.Take(topics)];
        _sent = new long[topics];
        Hearers.AddRange(Subscribers.Union(_publishers.OfType<Subscriber>()));
        Probe();
    }

    internal Dialect Dialect { get; }

    internal Loop Loop { get; } = new();

    /// <summary>Those who subscribed.</summary>
    internal List<Subscriber> Subscribers { get; } = [];

    /// <summary>Those who get messages: the subscribers, and a publisher that hears its own.</summary>
    internal List<Subscriber> Hearers { get; } = [];

    /// <summary>Messages published.</summary>
    internal long Sent { get; private set; }

    /// <summary>How many topics there are.</summary>
    internal int Topics => _sent.Length;

    /// <summary>Whether the server has not taken all of what was published.</summary>
    internal bool IsBlocked => _unsent.Count > 0;

    /// <summary>The number of the last message of a topic.</summary>
    internal long SentOf(int topic) => _sent[topic];

    /// <summary>Adds the next message, to the next topic, to what the flush sends.</summary>
    internal void Publish()
    {
        int topic = (int)(Sent++ % _sent.Length);
        Publish(topic, ++_sent[topic]);
    }

    internal void Flush()
    {
        if (_unsent.Count == 0)
            return;
        foreach (var publisher in _unsent)
        {
            Dialect.Encoder.Complete(publisher.Outbox);
            publisher.Flush();
        }

        _unsent.RemoveWhere(publisher => !publisher.IsBlocked);
    }

    /// <summary>Leaves out those whom the server has cut off; returns how many messages they have missed.</summary>
    internal long GiveUp()
    {
        long missing = Hearers.Sum(hearer => hearer.GiveUp(SentOf(hearer.Topic)));
        Hearers.RemoveAll(hearer => hearer.IsOver);
        return missing;
    }

    public void Dispose() => Loop.Dispose();

    void Publish(int topic, long number)
    {
        var publisher = _publishers[topic];
        Dialect.Encoder.Publish(publisher.Outbox, topic, number, _messageBytes);
        _unsent.Add(publisher);
    }

    // An accepted handshake does not mean that messages come already. Each time it waits longer, for where there are many
    // subscribers, these messages are work too; and at last for those that are under way.
    void Probe()
    {
        long begin = Stopwatch.GetTimestamp();
        for (var wait = ShortestProbe; Hearers.Exists(hearer => hearer.Probes == 0); wait *= 2)
        {
            if (Stopwatch.GetElapsedTime(begin) > ProbeLimit)
                throw new LoadFault($"messages reach {Hearers.Count(hearer => hearer.Probes > 0)} of {Hearers.Count} subscribers; the server has ended {Loop.Ended}");
            foreach (int topic in Hearers.Where(hearer => hearer.Probes == 0).Select(hearer => hearer.Topic).Distinct())
                Publish(topic, Mark.Probe);
            Flush();
            Loop.PollUntil(() => Hearers.TrueForAll(hearer => hearer.Probes > 0), wait);
        }

        for (int probes = -1; probes != Hearers.Sum(hearer => hearer.Probes);)
        {
            probes = Hearers.Sum(hearer => hearer.Probes);
            Loop.PollFor(Quiet);
        }
    }
}
