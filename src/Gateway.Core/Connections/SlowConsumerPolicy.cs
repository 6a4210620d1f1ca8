namespace Gateway.Core.Connections;

/// <summary>What happens to a connection whose outbound queue would grow past its cap.</summary>
public enum SlowConsumerPolicy
{
    /// <summary>The connection is told (<see cref="CloseReason.SlowConsumer"/>) and ended; what waited is dropped.</summary>
    Disconnect,

    /// <summary>The frames that have waited longest are dropped until the rest fits.</summary>
    DropOldest,

    /// <summary>Everything that waits is dropped but the newest frame: for protocols that push whole states.</summary>
    KeepLatest,
}
