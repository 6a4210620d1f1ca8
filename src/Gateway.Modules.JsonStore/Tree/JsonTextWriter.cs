using System.Buffers;

namespace Gateway.Modules.JsonStore.Tree;

/// <summary>Writes values into a span that is long enough, or through the spans of a buffer writer.</summary>
ref struct JsonTextWriter
{
    const int Chunk = 4096;

    readonly IBufferWriter<byte>? _output;
    Span<byte> _rest;
    int _written;

    /// <summary>Writes into a span of at least the length that is written.</summary>
    public JsonTextWriter(Span<byte> target) => _rest = target;

    /// <summary>Writes into a buffer writer; <see cref="Flush"/> ends it.</summary>
    public JsonTextWriter(IBufferWriter<byte> output) => _output = output;

    public void Write(JsonValue value)
    {
        switch (value)
        {
            case JsonScalar scalar:
                Write(scalar.Text);
                break;
            case JsonObject members:
                WriteNested(members.Members, (byte)'{', (byte)'}');
                break;
            case JsonArray items:
                WriteNested(items.Items, (byte)'[', (byte)']');
                break;
        }
    }

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _rest.Length)
        {
            bytes[.._rest.Length].CopyTo(_rest);
            bytes = bytes[_rest.Length..];
            _written += _rest.Length;
            _rest = default;
            Refill(Chunk);
        }
        bytes.CopyTo(_rest);
        Advance(bytes.Length);
    }

    public void WriteQuoted(scoped ReadOnlySpan<byte> utf8)
    {
        int length = JsonText.QuotedLength(utf8);
        if (_rest.Length < length)
            Refill(length);
        JsonText.Quote(utf8, _rest);
        Advance(length);
    }

    /// <summary>Writes a part of an object or array.</summary>
    public void WriteEntries(Sequence part, bool isFirst) => WriteAll(part, ref isFirst);

    /// <summary>Writes what stands before one of a leaf's values: a comma, unless it is the first of all, and its name, if it has one.</summary>
    public void WriteHead(Sequence leaf, int index, bool isFirst)
    {
        if (!isFirst)
            WriteByte((byte)',');
        if (leaf.Names.IsEmpty)
            return;
        WriteQuoted(leaf.Names[index]);
        WriteByte((byte)':');
    }

    /// <summary>Hands over what is written.</summary>
    public void Flush()
    {
        if (_written > 0)
            _output?.Advance(_written);
        _written = 0;
        _rest = default;
    }

    void WriteNested(Sequence sequence, byte open, byte close)
    {
        WriteByte(open);
        bool first = true;
        WriteAll(sequence, ref first);
        WriteByte(close);
    }

    void WriteAll(Sequence sequence, ref bool first)
    {
        foreach (var child in sequence.Children)
            WriteAll(child, ref first);
        for (int i = 0; i < sequence.Values.Length; i++)
        {
            WriteHead(sequence, i, first);
            first = false;
            Write(sequence.Values[i]);
        }
    }

    void WriteByte(byte value)
    {
        if (_rest.IsEmpty)
            Refill(Chunk);
        _rest[0] = value;
        Advance(1);
    }

    void Advance(int count)
    {
        _rest = _rest[count..];
        _written += count;
    }

    void Refill(int least)
    {
        if (_output == null)
            throw new InvalidOperationException("The value is longer than it says.");
        Flush();
        _rest = _output.GetSpan(Math.Max(least, Chunk));
    }
}
