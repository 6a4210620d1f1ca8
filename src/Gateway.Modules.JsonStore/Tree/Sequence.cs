namespace Gateway.Modules.JsonStore.Tree;

/// <summary>
/// The items of an array or the members of an object, in order: an immutable B+ tree, in which a change copies one node
/// of each level. What is asked of a whole document, such as its length, each node knows of its part.
/// </summary>
sealed class Sequence
{
    const int Width = 32;
    const int Few = Width / 4;
    const int BuiltWidth = 28;

    readonly Sequence[]? _children;
    readonly byte[][]? _names;
    readonly JsonValue[] _values;

    // A leaf; with names, of an object.
    Sequence(byte[][]? names, JsonValue[] values, long bytes)
    {
        (_names, _values, Count, Bytes) = (names, values, values.Length, bytes);
        foreach (var value in values)
            Height = Math.Max(Height, value.Height);
    }

    Sequence(Sequence[] children)
    {
        (_children, _values) = (children, []);
        foreach (var child in children)
        {
            Count += child.Count;
            Bytes += child.Bytes;
            Height = Math.Max(Height, child.Height);
        }
    }

    public static Sequence Empty { get; } = new(null, [], 0);

    public int Count { get; }

    /// <summary>The bytes of all items, each with its name, colon and one comma.</summary>
    public long Bytes { get; }

    /// <summary>The height of the highest value.</summary>
    public int Height { get; }

    /// <summary>The leaves' parts, for going through everything: null for a leaf.</summary>
    public ReadOnlySpan<Sequence> Children => _children;

    /// <summary>The values of a leaf.</summary>
    public ReadOnlySpan<JsonValue> Values => _values;

    /// <summary>The names of a leaf's values, in UTF-8; empty in an array.</summary>
    public ReadOnlySpan<byte[]> Names => _names;

    public JsonValue this[int index]
    {
        get
        {
            var node = this;
            while (node._children != null)
                node = node._children[node.ChildAt(ref index)];
            return node._values[index];
        }
    }

    /// <summary>Builds one from its items; names, if there are any, ascend.</summary>
    public static Sequence Of(ReadOnlySpan<byte[]> names, ReadOnlySpan<JsonValue> values)
    {
        if (values.IsEmpty)
            return Empty;
        if (IsLeaf(values.Length))
            return Leaf(names, values);
        var level = new Sequence[(values.Length + BuiltWidth - 1) / BuiltWidth];
        for (int i = 0; i < level.Length; i++)
        {
            var part = new Range(PartStart(values.Length, level.Length, i), PartStart(values.Length, level.Length, i + 1));
            level[i] = Leaf(names.IsEmpty ? [] : names[part], values[part]);
        }
        while (level.Length > 1)
            level = Join(level);
        return level[0];
    }

    /// <summary>Whether so many items are few enough for one <see cref="Leaf(byte[][], ReadOnlySpan{JsonValue})"/>.</summary>
    public static bool IsLeaf(int count) => count <= Width;

    /// <summary>Builds one from a few items.</summary>
    /// <param name="names">The names, ascending, in an array that nobody changes any more; null for the items of an array.</param>
    /// <param name="values">The values.</param>
    public static Sequence Leaf(byte[][]? names, ReadOnlySpan<JsonValue> values)
    {
        long bytes = 0;
        for (int i = 0; i < values.Length; i++)
            bytes += EntryBytes(names?[i], values[i]);
        return new(names, values.ToArray(), bytes);
    }

    /// <summary>Finds a member; if there is none, where it would have to be.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out int index)
    {
        int before = 0;
        var node = this;
        while (node._children != null)
        {
            int child = node.ChildOf(name);
            for (int i = 0; i < child; i++)
                before += node._children[i].Count;
            node = node._children[child];
        }
        int found = node.Search(name);
        index = before + (found < 0 ? ~found : found);
        return found >= 0;
    }

    public Sequence Insert(int index, byte[]? name, JsonValue value)
    {
        var (left, right) = Inserted(index, name, value);
        return right == null ? left : new([left, right]);
    }

    public Sequence Replace(int index, JsonValue value)
    {
        if (_children != null)
        {
            int child = ChildAt(ref index);
            return new(With(_children, child, _children[child].Replace(index, value)));
        }
        return new(_names, With(_values, index, value), Bytes - _values[index].Bytes + value.Bytes);
    }

    public Sequence RemoveAt(int index)
    {
        var rest = Removed(index);
        while (rest._children is [var only])
            rest = only;
        return rest.Count == 0 ? Empty : rest;
    }

    public static bool HaveSameText(Sequence left, Sequence right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left.Count != right.Count || left.Bytes != right.Bytes)
            return false;
        if (left._children == null && right._children == null)
            return left.HasSameLeaf(right);
        // Where both are cut alike, which is usual for two versions of one document, what they share is skipped.
        if (left._children != null && right._children != null && IsCutAlike(left._children, right._children))
        {
            for (int i = 0; i < left._children.Length; i++)
            {
                if (!HaveSameText(left._children[i], right._children[i]))
                    return false;
            }
            return true;
        }
        return left.Leaves().SelectMany(leaf => leaf.Entries()).SequenceEqual(
            right.Leaves().SelectMany(leaf => leaf.Entries()), EntryText.Instance);
    }

    IEnumerable<Sequence> Leaves() => _children == null ? [this] : _children.SelectMany(child => child.Leaves());

    IEnumerable<(byte[]? Name, JsonValue Value)> Entries() => _values.Select((value, i) => (_names?[i], value));

    bool HasSameLeaf(Sequence other)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (_names != null && other._names != null && !ReferenceEquals(_names[i], other._names[i]) && !_names[i].AsSpan().SequenceEqual(other._names[i]))
                return false;
            if (!JsonValue.HaveSameText(_values[i], other._values[i]))
                return false;
        }
        return true;
    }

    static bool IsCutAlike(Sequence[] left, Sequence[] right)
    {
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i].Count != right[i].Count)
                return false;
        }
        return true;
    }

    (Sequence Left, Sequence? Right) Inserted(int index, byte[]? name, JsonValue value)
    {
        if (_children == null)
            return InsertedIntoLeaf(index, name, value);
        int child = 0;
        while (index > _children[child].Count)
            index -= _children[child++].Count;
        var (left, right) = _children[child].Inserted(index, name, value);
        var children = With(_children, child, left);
        if (right == null)
            return (new(children), null);
        children = Inserted(children, child + 1, right);
        return children.Length <= Width ? (new(children), null) : (new(children[..(Width / 2)]), new(children[(Width / 2)..]));
    }

    (Sequence Left, Sequence? Right) InsertedIntoLeaf(int index, byte[]? name, JsonValue value)
    {
        var names = name == null ? null : Inserted(_names ?? [], index, name);
        var values = Inserted(_values, index, value);
        if (values.Length <= Width)
            return (new(names, values, Bytes + EntryBytes(name, value)), null);
        // Split where it grew at its end, keep the old part full: keys that come in order would else fill only half.
        int at = index == Width ? Width - Few : Width / 2;
        return (Leaf(names == null ? [] : names.AsSpan(0, at), values.AsSpan(0, at)), Leaf(names == null ? [] : names.AsSpan(at), values.AsSpan(at)));
    }

    Sequence Removed(int index)
    {
        if (_children == null)
        {
            long bytes = Bytes - EntryBytes(_names?[index], _values[index]);
            return new(_names == null ? null : Removed(_names, index), Removed(_values, index), bytes);
        }
        int at = ChildAt(ref index);
        var child = _children[at].Removed(index);
        if (child.Count == 0)
            return new(Removed(_children, at));
        // A part that has become small joins a neighbour, so that the tree shrinks with what it holds.
        if (child.Slots <= Few && _children.Length > 1)
        {
            int neighbour = at > 0 ? at - 1 : at + 1;
            if (child.Slots + _children[neighbour].Slots <= Width - Few)
            {
                var joined = at > 0 ? Joined(_children[neighbour], child) : Joined(child, _children[neighbour]);
                return new(With(Removed(_children, Math.Max(at, neighbour)), Math.Min(at, neighbour), joined));
            }
        }
        return new(With(_children, at, child));
    }

    int Slots => _children?.Length ?? _values.Length;

    byte[] FirstName
    {
        get
        {
            var node = this;
            while (node._children != null)
                node = node._children[0];
            return node._names![0];
        }
    }

    static Sequence Joined(Sequence left, Sequence right) => left._children != null
        ? new([.. left._children, .. right._children!])
        : new(left._names == null ? null : [.. left._names, .. right._names!], [.. left._values, .. right._values], left.Bytes + right.Bytes);

    static Sequence Leaf(ReadOnlySpan<byte[]> names, ReadOnlySpan<JsonValue> values) => Leaf(names.IsEmpty ? null : names.ToArray(), values);

    static Sequence[] Join(Sequence[] level)
    {
        var above = new Sequence[(level.Length + BuiltWidth - 1) / BuiltWidth];
        for (int i = 0; i < above.Length; i++)
            above[i] = new(level[PartStart(level.Length, above.Length, i)..PartStart(level.Length, above.Length, i + 1)]);
        return above;
    }

    static int PartStart(int length, int parts, int part) => (int)((long)length * part / parts);

    static long EntryBytes(byte[]? name, JsonValue value) => value.Bytes + 1 + (name == null ? 0 : JsonText.QuotedLength(name) + 1);

    int ChildAt(ref int index)
    {
        int child = 0;
        while (index >= _children![child].Count)
            index -= _children[child++].Count;
        return child;
    }

    // The last child that begins with this name or one before it.
    int ChildOf(ReadOnlySpan<byte> name)
    {
        int low = 1, high = _children!.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_children[middle].FirstName.AsSpan().SequenceCompareTo(name) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    int Search(ReadOnlySpan<byte> name)
    {
        int low = 0, high = _values.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _names![middle].AsSpan().SequenceCompareTo(name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    static T[] With<T>(T[] items, int index, T item)
    {
        var copy = (T[])items.Clone();
        copy[index] = item;
        return copy;
    }

    static T[] Inserted<T>(T[] items, int index, T item)
    {
        var copy = new T[items.Length + 1];
        items.AsSpan(0, index).CopyTo(copy);
        copy[index] = item;
        items.AsSpan(index).CopyTo(copy.AsSpan(index + 1));
        return copy;
    }

    static T[] Removed<T>(T[] items, int index)
    {
        var copy = new T[items.Length - 1];
        items.AsSpan(0, index).CopyTo(copy);
        items.AsSpan(index + 1).CopyTo(copy.AsSpan(index));
        return copy;
    }

    sealed class EntryText : IEqualityComparer<(byte[]? Name, JsonValue Value)>
    {
        public static EntryText Instance { get; } = new();

        public bool Equals((byte[]? Name, JsonValue Value) x, (byte[]? Name, JsonValue Value) y) =>
            x.Name.AsSpan().SequenceEqual(y.Name) && JsonValue.HaveSameText(x.Value, y.Value);

        public int GetHashCode((byte[]? Name, JsonValue Value) obj) => throw new NotSupportedException();
    }
}
