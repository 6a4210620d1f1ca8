namespace Gateway.Core.Diagnostics;

/// <summary>Why a message did not reach a client that it was meant for, or reached none at all.</summary>
enum DropReason
{
    /// <summary>The topic had no subscriber: dropped once, whoever might have come later.</summary>
    NoSubscriber,

    /// <summary>A subscriber's queue was full.</summary>
    SlowConsumer,

    /// <summary>A subscriber vanished while the message waited for it.</summary>
    ClientGone,
}
