using System.Buffers.Binary;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>The whole document as it is after a number of changes.</summary>
/// <param name="Root">The document.</param>
/// <param name="Number">
/// What clients know it by. No other revision has or had it, not even one that a crash has undone: each start leaves a gap.
/// </param>
/// <param name="Position">The position in the log of the change that made it.</param>
sealed record Revision(JsonValue Root, long Number, long Position)
{
    /// <summary>The value at a path, and the number of the revision that put it there.</summary>
    public JsonValue? Get(byte[][] path, out long changed) => JsonTree.Get(Root, path, out changed);

    /// <summary>Writes a snapshot: the number (8 bytes, little-endian), and the document as text.</summary>
    public Task WriteAsync(Stream stream)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, Number);
        stream.Write(number);
        JsonText.Write(Root, new StreamBuffer(stream));
        return Task.CompletedTask;
    }

    /// <summary>Reads a snapshot.</summary>
    public static (JsonValue Root, long Number) Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[sizeof(long)];
        stream.ReadExactly(head);
        long number = BinaryPrimitives.ReadInt64LittleEndian(head);
        return (JsonParser.Parse(stream).At(number), number);
    }
}
