namespace Gateway.Compare.Client;

/// <summary>Bytes that are to be sent, in one growing array.</summary>
sealed class Outbox
{
    byte[] _bytes = new byte[512];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    /// <summary>Makes room at the end, to be filled by the caller.</summary>
    internal Span<byte> Extend(int length)
    {
        if (_bytes.Length - Length < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        Length += length;
        return _bytes.AsSpan(Length - length, length);
    }

    /// <summary>Forgets the last bytes.</summary>
    internal void Shorten(int length) => Length -= length;

    /// <summary>Forgets the first bytes.</summary>
    internal void Take(int length)
    {
        _bytes.AsSpan(length, Length - length).CopyTo(_bytes);
        Length -= length;
    }
}
