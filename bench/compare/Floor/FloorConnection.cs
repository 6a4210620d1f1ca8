namespace Gateway.Compare.Floor;

/// <summary>What is kept of a connection: its topic, and the beginning of what is not complete yet.</summary>
sealed class FloorConnection
{
    byte[] _rest = [];

    /// <summary>Where it publishes or subscribes; absent until the handshake.</summary>
    internal FloorTopic? Topic { get; set; }

    /// <summary>Puts back what was kept; returns its length.</summary>
    internal int Restore(Span<byte> buffer)
    {
        _rest.CopyTo(buffer);
        return _rest.Length;
    }

    internal void Keep(ReadOnlySpan<byte> rest) => _rest = rest.IsEmpty ? [] : rest.ToArray();
}
