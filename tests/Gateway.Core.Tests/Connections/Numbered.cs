using System.Buffers.Binary;
using Gateway.Core.Connections;

namespace Gateway.Core.Tests.Connections;

/// <summary>Messages that are told apart by the number in them, and the way back from the wire.</summary>
static class Numbered
{
    const int HeadBytes = 2;

    /// <summary>What a frame takes on the wire.</summary>
    public const int FrameBytes = HeadBytes + sizeof(long);

    public static Frame Frame(long number)
    {
        var payload = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(payload, number);
        return Core.Connections.Frame.Binary(payload);
    }

    /// <summary>The numbers of the frames; fails if the bytes are not whole frames.</summary>
    public static long[] Read(byte[] wire)
    {
        Assert.Equal(0, wire.Length % FrameBytes);
        return [.. wire.Chunk(FrameBytes).Select(Number)];
    }

    static long Number(byte[] frame)
    {
        Assert.Equal([0x82, sizeof(long)], frame[..HeadBytes]);
        return BinaryPrimitives.ReadInt64BigEndian(frame.AsSpan(HeadBytes));
    }
}
