namespace Gateway.Host.Streaming;

/// <summary>What has been read of the input and may still have to be sent again, since the gateway has not said that it is stored.</summary>
sealed class ReplayBuffer
{
    readonly Queue<byte[]> _pieces = new();

    /// <summary>The offset of the first byte that is held.</summary>
    public long Start { get; private set; }

    /// <summary>The offset after the last.</summary>
    public long End { get; private set; }

    /// <summary>Adds what comes next of the input.</summary>
    public void Add(byte[] piece)
    {
        _pieces.Enqueue(piece);
        End += piece.Length;
    }

    /// <summary>Lets go of what is stored.</summary>
    public void Forget(long stored)
    {
        while (_pieces.TryPeek(out byte[]? piece) && Start + piece.Length <= stored)
        {
            Start += piece.Length;
            _pieces.Dequeue();
        }
    }

    /// <summary>What is held from an offset on.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> From(long offset)
    {
        long at = Start;
        foreach (byte[] piece in _pieces)
        {
            if (at + piece.Length > offset)
                yield return piece.AsMemory((int)Math.Max(0, offset - at));
            at += piece.Length;
        }
    }
}
