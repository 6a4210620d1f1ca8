namespace Gateway.Benchmarks.Load;

/// <summary>What connections cost that do nothing.</summary>
sealed record IdleResult
{
    public required int Connections { get; init; }

    public required double BytesPerConnection { get; init; }

    public required double ServerMicrosPerConnect { get; init; }

    public required long ResidentBytesBefore { get; init; }

    public required long ResidentBytesAfter { get; init; }

    public required int Disconnected { get; init; }
}
