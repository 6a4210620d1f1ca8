namespace Gateway.Benchmarks.Load;

/// <summary>What the subscribers of one run have seen.</summary>
sealed class Tally
{
    /// <summary>Messages received, summed over the subscribers.</summary>
    internal long Deliveries { get; private set; }

    /// <summary>Messages of which a later one came first, or that never came before the end.</summary>
    internal long Lost { get; set; }

    /// <summary>Messages that came after a later one, or twice.</summary>
    internal long Reordered { get; set; }

    /// <summary>Reads that the deliveries took.</summary>
    internal long Reads { get; set; }

    /// <summary>When the last delivery came.</summary>
    internal long LastAt { get; private set; }

    internal LatencyHistogram Latency { get; } = new();

    /// <summary>Counts a message that is <paramref name="step"/> after the newest one of its subscriber: 1 when all is well.</summary>
    internal void Delivered(long step, long sentAt, long receivedAt)
    {
        Deliveries++;
        LastAt = receivedAt;
        Latency.Add(receivedAt - sentAt);
        if (step > 1)
            Lost += step - 1;
        else if (step < 1)
            Reordered++;
    }
}
