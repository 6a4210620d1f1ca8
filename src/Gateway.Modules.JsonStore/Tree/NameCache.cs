namespace Gateway.Modules.JsonStore.Tree;

/// <summary>Gives members of the same name one array for it: most objects of a document have the names that others have.</summary>
sealed class NameCache
{
    const int Slots = 256;
    const int LongestName = 64;

    // A small text is not worth the table.
    const int FewNames = 32;

    byte[]?[]? _names;
    int _asked;

    public byte[] Get(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > LongestName || ++_asked < FewNames)
            return name.ToArray();
        _names ??= new byte[]?[Slots];
        ref var slot = ref _names[(name[0] + (name[^1] * 7) + (name[name.Length / 2] * 31) + (name.Length * 131)) % Slots];
        if (slot != null && name.SequenceEqual(slot))
            return slot;
        return slot = name.ToArray();
    }
}
