namespace Gateway.Modules.Streams.Storage;

/// <summary>The checksum of a gzip member (RFC 1952, section 8). The framework has it only inside of its own gzip.</summary>
struct Crc32()
{
    static readonly uint[] Table = MakeTable();

    uint _inverted = uint.MaxValue;

    /// <summary>That of all bytes until now.</summary>
    public readonly uint Value => ~_inverted;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint inverted = _inverted;
        foreach (byte b in bytes)
            inverted = Table[(byte)(inverted ^ b)] ^ (inverted >> 8);
        _inverted = inverted;
    }

    static uint[] MakeTable()
    {
        const uint Polynomial = 0xEDB88320;
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint entry = i;
            for (int bit = 0; bit < 8; bit++)
                entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ Polynomial;
            table[i] = entry;
        }
        return table;
    }
}
