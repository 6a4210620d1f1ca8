using System.Buffers;
using System.Buffers.Binary;
using Gateway.Modules.JsonStore.Patches;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>
/// A change as the log keeps it: what it is (1 byte), the number of names of its path (4, little-endian), each name with
/// its length before it (4), and then its body as the client sent it; of a start, the number that it begins from (8).
/// </summary>
static class StoreRecord
{
    /// <summary>Encodes a change into a buffer of the shared pool.</summary>
    public static byte[] Rent(ChangeKind kind, byte[][] path, ReadOnlySpan<byte> body, out int length)
    {
        length = 1 + sizeof(int) + body.Length + path.Sum(name => sizeof(int) + name.Length);
        byte[] record = ArrayPool<byte>.Shared.Rent(length);
        record[0] = (byte)kind;
        var rest = record.AsSpan(1);
        BinaryPrimitives.WriteInt32LittleEndian(rest, path.Length);
        rest = rest[sizeof(int)..];
        foreach (byte[] name in path)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, name.Length);
            name.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + name.Length)..];
        }
        body.CopyTo(rest);
        return record;
    }

    /// <summary>Encodes a start; see <see cref="ChangeKind.Start"/>.</summary>
    public static byte[] Start(long number)
    {
        var body = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(body, number);
        byte[] rented = Rent(ChangeKind.Start, [], body, out int length);
        byte[] record = rented[..length];
        ArrayPool<byte>.Shared.Return(rented);
        return record;
    }

    /// <summary>Decodes a change.</summary>
    public static StoreChange Read(ReadOnlySpan<byte> record)
    {
        var kind = (ChangeKind)record[0];
        var path = new byte[BinaryPrimitives.ReadInt32LittleEndian(record[1..])][];
        var rest = record[(1 + sizeof(int))..];
        for (int i = 0; i < path.Length; i++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            path[i] = rest.Slice(sizeof(int), length).ToArray();
            rest = rest[(sizeof(int) + length)..];
        }
        return kind switch
        {
            ChangeKind.Put => StoreChange.Put(path, JsonParser.Parse(rest, JsonLimits.None)),
            ChangeKind.Delete => StoreChange.Delete(path),
            ChangeKind.JsonPatch => StoreChange.Patch(kind, path, JsonPatch.Read(JsonParser.Parse(rest, JsonLimits.None), long.MaxValue, int.MaxValue)),
            ChangeKind.MergePatch => StoreChange.Patch(kind, path, new MergePatch(JsonParser.Parse(rest, JsonLimits.None))),
            ChangeKind.Start => StoreChange.Start(BinaryPrimitives.ReadInt64LittleEndian(rest)),
            _ => throw new IOException($"The log has a change of the unknown kind {record[0]}: it was written by a later version."),
        };
    }
}
