using FsCheck.Xunit;
using Gateway.Core.Connections.WebSockets;
using static Gateway.Core.Tests.Connections.WebSockets.ClientFrames;

namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>Whatever a client sends ends in events or in a protocol error, the same ones however it is cut.</summary>
public class WebSocketFuzzTests
{
    const int Limit = 5_000;
    const int SmallestArray = 16;

    [Property(MaxTest = 2_000)]
    public void Random_bytes_do_no_harm(byte[] stream, int seed) => Survive(stream, new Random(seed));

    [Property(MaxTest = 2_000)]
    public void Random_bytes_after_a_valid_head_do_no_harm(byte first, byte length, byte[] rest, int seed) =>
        Survive([(byte)(first & 0x8F), (byte)(length | 0x80), .. rest], new Random(seed));

    [Property(MaxTest = 2_000)]
    public void Damaged_streams_do_no_harm(int seed)
    {
        var random = new Random(seed);
        var stream = ValidStream(random);
        for (var faults = random.Next(4); faults > 0; faults--)
            stream = Damaged(stream, random);
        Survive(stream, random);
    }

    [Property(MaxTest = 500)]
    public void Undamaged_streams_are_read_without_an_error(int seed)
    {
        var events = Client.Hear([ValidStream(new Random(seed))], Limit);
        Assert.DoesNotContain(events, line => line.StartsWith("error", StringComparison.Ordinal));
    }

    static void Survive(byte[] stream, Random random)
    {
        var whole = Client.Hear(Pieces.Whole(stream), Limit);
        Assert.Equal(whole, Client.Hear(Pieces.Bytes(stream), Limit));

        using var client = new Client(Limit);
        foreach (var piece in Pieces.AtRandom(stream, random, longest: random.Next(1, 200)))
            client.Receive(piece);
        Assert.Equal(whole, client.Events);
        Assert.InRange(client.MostHeldUnearned, long.MinValue, Limit + SmallestArray);
    }

    static byte[] ValidStream(Random random)
    {
        List<byte> stream = [];
        for (var messages = random.Next(1, 6); messages > 0; messages--)
        {
            var fragments = random.Next(1, 4);
            for (var fragment = 1; fragment <= fragments; fragment++)
            {
                var kind = fragment > 1 ? WebSocketOpcode.Continuation
                    : random.Next(2) == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
                stream.AddRange(Frame(kind, RandomPayload(random), final: fragment == fragments));
                if (random.Next(3) == 0)
                    stream.AddRange(Ping("ping"));
            }
        }

        return [.. stream, .. Close(1000, "bye")];
    }

    static byte[] RandomPayload(Random random) =>
        [.. Enumerable.Repeat("aé€😀"u8.ToArray(), random.Next(1 << random.Next(8))).SelectMany(bytes => bytes)];

    static byte[] Damaged(byte[] stream, Random random)
    {
        var place = random.Next(stream.Length);
        return random.Next(4) switch
        {
            0 => [.. stream[..place], (byte)random.Next(256), .. stream[(place + 1)..]],
            1 => [.. stream[..place], (byte)(stream[place] ^ (1 << random.Next(8))), .. stream[(place + 1)..]],
            2 => [.. stream[..place], .. stream[(place + 1)..]],
            _ => [.. stream[..place], (byte)random.Next(256), .. stream[place..]],
        };
    }
}
