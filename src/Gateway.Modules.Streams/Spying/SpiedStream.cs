using Gateway.Modules.Streams.Storage;

namespace Gateway.Modules.Streams.Spying;

/// <summary>How far a spy is with one stream.</summary>
sealed class SpiedStream(ByteStream stream, int color, long backlog)
{
    int _queued;

    public ByteStream Stream { get; } = stream;

    /// <summary>The number of its colour.</summary>
    public int Color { get; } = color;

    /// <summary>Up to where it was written before the spy came: this much is shown however long it takes.</summary>
    public long Backlog { get; } = backlog;

    public long Position { get; set; }

    /// <summary>Its file, once its start has been shown; null too if it has been deleted before.</summary>
    public ContentReader? File { get; set; }

    public bool IsStarted { get; set; }

    /// <summary>Its end has been shown. It may have been queued once more meanwhile, as the end is told of after it has come.</summary>
    public bool IsOver { get; set; }

    /// <summary>True for the first of those who want it looked at.</summary>
    public bool TryQueue() => Interlocked.Exchange(ref _queued, 1) == 0;

    /// <summary>It is about to be looked at: what happens from now on queues it again.</summary>
    public void Dequeued() => Interlocked.Exchange(ref _queued, 0);
}
