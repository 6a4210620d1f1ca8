namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>The ways in which a network may cut a stream.</summary>
static class Pieces
{
    public static IEnumerable<byte[]> Whole(byte[] stream) => [stream];

    public static IEnumerable<byte[]> Bytes(byte[] stream) => stream.Chunk(1);

    public static IEnumerable<byte[]> AtRandom(byte[] stream, Random random, int longest)
    {
        for (var start = 0; start < stream.Length;)
        {
            var length = Math.Min(random.Next(longest + 1), stream.Length - start);
            yield return stream[start..(start + length)];
            start += length;
        }
    }
}
