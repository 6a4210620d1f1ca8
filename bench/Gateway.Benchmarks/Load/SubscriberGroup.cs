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
    readonly List<Subscriber> _subscribers;
    readonly Publisher _publisher;
    readonly int _messageLength;

    internal SubscriberGroup(ServerUnderTest server, int count, int messageLength)
    {
        (_server, _messageLength) = (server, messageLength);
        var connector = new Connector(server.Channel);
        _subscribers = [.. connector.Open(count, socket => new Subscriber(socket, messageLength), _loop)];
        _publisher = connector.Open(1, socket => new Publisher(socket, messageLength), _loop)[0];
        AwaitSubscriptions();
    }

    /// <summary>Runs one load, first as a warm-up of the server's and our own code: flooded, then at the pace itself.</summary>
    internal FanOutResult Measure(Pace pace, TimeSpan duration)
    {
        var (count, ended) = (_subscribers.Count, _loop.Ended);
        var (_, flooded) = Run(Pace.Flooded(64), WarmUp);
        var (_, paced) = Run(pace, WarmUp);

        var (server, client) = (_server.Usage.Cpu, Environment.CpuUsage.TotalTime);
        var (stage, tally) = Run(pace, duration);
        (server, client) = (_server.Usage.Cpu - server, Environment.CpuUsage.TotalTime - client);

        return new()
        {
            Mode = pace.Mode,
            Subscribers = count,
            MessageBytes = _messageLength,
            Messages = stage.Messages,
            Deliveries = tally.Deliveries,
            DeliveriesPerSecond = tally.Deliveries / stage.Elapsed.TotalSeconds,
            DeliveriesPerRead = (double)tally.Deliveries / tally.Reads,
            ServerMicrosPerDelivery = server.TotalMicroseconds / tally.Deliveries,
            ClientMicrosPerDelivery = client.TotalMicroseconds / tally.Deliveries,
            LatencyP50 = tally.Latency.Milliseconds(0.5),
            LatencyP99 = tally.Latency.Milliseconds(0.99),
            LatencyMax = tally.Latency.MaxMilliseconds,
            Lost = flooded.Lost + paced.Lost + tally.Lost,
            Reordered = flooded.Reordered + paced.Reordered + tally.Reordered,
            Disconnected = _loop.Ended - ended,
        };
    }

    public void Dispose() => _loop.Dispose();

    /// <summary>Whoever was cut off counts as having lost the rest, and takes no part in what follows.</summary>
    (Stage Stage, Tally Tally) Run(Pace pace, TimeSpan duration)
    {
        var stage = new Stage(_loop, _publisher, _subscribers, pace, duration);
        var tally = stage.Run();
        _subscribers.RemoveAll(subscriber => subscriber.IsOver);
        return tally.Deliveries > 0 && _subscribers.Count > 0
            ? (stage, tally)
            : throw new LoadFault($"nothing comes any more: the server has ended {_loop.Ended} connections");
    }

    /// <summary>An accepted handshake does not mean that messages come already, so this sends some until they reach everyone.</summary>
    void AwaitSubscriptions()
    {
        var begin = Stopwatch.GetTimestamp();
        while (!_publisher.Probed || !_subscribers.All(subscriber => subscriber.Probed))
        {
            if (Stopwatch.GetElapsedTime(begin) > SubscribeLimit)
                throw new LoadFault($"messages do not reach all {_subscribers.Count} subscribers");
            _publisher.PublishProbe();
            _loop.PollFor(ProbeInterval);
        }
    }
}
