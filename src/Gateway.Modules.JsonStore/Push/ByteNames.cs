namespace Gateway.Modules.JsonStore.Push;

/// <summary>Compares names by their bytes. The hash is seeded for each process, so that clients cannot make names collide.</summary>
sealed class ByteNames : IEqualityComparer<byte[]>
{
    public static ByteNames Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
