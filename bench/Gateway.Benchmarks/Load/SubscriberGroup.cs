using System.Diagnostics;

namespace Gateway.Benchmarks.Load;

/// <summary>Subscribers of one channel and the publisher that sends to them.</summary>
sealed class SubscriberGroup : IDisposable
{
    static readonly TimeSpan SubscribeLimit = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    readonly ClientLoop _loop = new();
    readonly ServerUnderTest _server;
    readonly Subscriber[] _subscribers;
    readonly Publisher _publisher;
    readonly int _messageLength;

    internal SubscriberGroup(ServerUnderTest server, int count, int messageLength)
    {
        (_server, _messageLength) = (server, messageLength);
        var connector = new Connector(server.Channel);
        _subscribers = connector.Open(count, socket => new Subscriber(socket, messageLength), _loop);
        _publisher = connector.Open(1, socket => new Publisher(socket, messageLength), _loop)[0];
        AwaitSubscriptions();
    }

    /// <summary>Runs one load, first as a warm-up of the server's and our own code: flooded, then at the pace itself.</summary>
    internal FanOutResult Measure(Pace pace, TimeSpan duration)
    {
        Run(Pace.Flooded(64), WarmUp);
        Run(pace, WarmUp);

        var (server, own, ended) = (_server.Usage.Cpu, Environment.CpuUsage.TotalTime, _loop.Ended);
        var (stage, tally) = Run(pace, duration);
        (server, own, ended) = (_server.Usage.Cpu - server, Environment.CpuUsage.TotalTime - own, _loop.Ended - ended);

        return new()
        {
            Mode = pace.Mode,
            Subscribers = _subscribers.Length,
            MessageBytes = _messageLength,
            Messages = stage.Messages,
            Deliveries = tally.Deliveries,
            DeliveriesPerSecond = tally.Deliveries / stage.Elapsed.TotalSeconds,
            DeliveriesPerRead = (double)tally.Deliveries / tally.Reads,
            ServerMicrosPerDelivery = server.TotalMicroseconds / tally.Deliveries,
            OwnMicrosPerDelivery = own.TotalMicroseconds / tally.Deliveries,
            LatencyP50 = tally.Latency.Milliseconds(0.5),
            LatencyP99 = tally.Latency.Milliseconds(0.99),
            LatencyMax = tally.Latency.MaxMilliseconds,
            Lost = tally.Lost,
            Reordered = tally.Reordered,
            Disconnected = ended,
        };
    }

    public void Dispose() => _loop.Dispose();

    (Stage Stage, Tally Tally) Run(Pace pace, TimeSpan duration)
    {
        var stage = new Stage(_loop, _publisher, _subscribers, pace, duration);
        return (stage, stage.Run());
    }

    /// <summary>An accepted handshake does not mean that messages come already, so this sends some until they reach everyone.</summary>
    void AwaitSubscriptions()
    {
        var begin = Stopwatch.GetTimestamp();
        while (!_publisher.Probed || !_subscribers.All(subscriber => subscriber.Probed))
        {
            if (Stopwatch.GetElapsedTime(begin) > SubscribeLimit)
                throw new LoadFault($"messages do not reach all {_subscribers.Length} subscribers");
            _publisher.PublishProbe();
            _loop.PollFor(ProbeInterval);
        }
    }
}
