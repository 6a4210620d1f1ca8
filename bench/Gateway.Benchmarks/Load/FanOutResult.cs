namespace Gateway.Benchmarks.Load;

/// <summary>
/// The figures of one run. A delivery is a message at a subscriber; the publisher's own echo is checked but not counted.
/// What was lost, reordered or disconnected includes the warm-up.
/// Latencies are in milliseconds, from just before the send to just after the receive.
/// </summary>
sealed record FanOutResult
{
    public required LoadMode Mode { get; init; }

    public required int Subscribers { get; init; }

    public required int MessageBytes { get; init; }

    public required long Messages { get; init; }

    public required long Deliveries { get; init; }

    public required double DeliveriesPerSecond { get; init; }

    public required double DeliveriesPerRead { get; init; }

    public required double ServerMicrosPerDelivery { get; init; }

    public required double ClientMicrosPerDelivery { get; init; }

    public required double LatencyP50 { get; init; }

    public required double LatencyP99 { get; init; }

    public required double LatencyMax { get; init; }

    public required long Lost { get; init; }

    public required long Reordered { get; init; }

    public required int Disconnected { get; init; }
}
