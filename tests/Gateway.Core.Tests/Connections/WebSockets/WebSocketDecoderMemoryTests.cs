using System.Runtime.CompilerServices;
using Gateway.Core.Connections.WebSockets;
using static Gateway.Core.Tests.Connections.WebSockets.ClientFrames;

namespace Gateway.Core.Tests.Connections.WebSockets;

public class WebSocketDecoderMemoryTests
{
    // The pools are shared with tests that run meanwhile; a single byte for every message would be as much as this.
    const int Slack = 10_000;

    [Fact]
    public void An_idle_decoder_is_two_words() =>
        Assert.InRange(Unsafe.SizeOf<WebSocketDecoder>(), 0, 2 * IntPtr.Size);

    [Theory]
    [InlineData(1), InlineData(10), InlineData(5_000)]
    public void Nothing_is_held_between_messages(int longestPiece)
    {
        using var client = new Client();
        byte[] message = [.. Text("one", false), .. Ping("two"), .. More(new string('x', 20_000)), .. Ping("three")];
        for (var seed = 0; seed < 5; seed++)
        {
            foreach (var piece in Pieces.AtRandom(message, new Random(seed), longestPiece))
                client.Receive(piece);
            Assert.Equal(3 * (seed + 1), client.Events.Count);
            Assert.Equal(0, client.Held);
        }
    }

    [Fact]
    public void An_announced_length_reserves_nothing()
    {
        using var client = new Client();
        client.Receive(Head(0x82, 1_000_000_000));
        Assert.Equal(0, client.Held);
        client.Receive(new byte[1_000]);
        Assert.InRange(client.Held, 1_000, 2_000);
    }

    [Fact]
    public void Disposing_amid_a_message_lets_go_of_it()
    {
        var client = new Client();
        client.Receive(Text("begun", false));
        Assert.NotEqual(0, client.Held);
        client.Dispose();
        client.Dispose();
        Assert.Equal(0, client.Held);
    }

    [Fact]
    public void Small_messages_allocate_nothing()
    {
        byte[] stream = [.. Text("hello"), .. Binary(new byte[128]), .. Ping("ping"), .. Text("Grüße")];
        Assert.InRange(AllocatedBy(stream, piece: stream.Length, rounds: 2_500), 0, Slack);
    }

    [Fact]
    public void Messages_in_pieces_allocate_nothing_once_the_pools_are_warm()
    {
        byte[] stream = [.. Text("hel", false), .. Ping("ping"), .. More("lo"), .. Binary(new byte[1_000])];
        Assert.InRange(AllocatedBy(stream, piece: 7, rounds: 2_500), 0, Slack);
    }

    static long AllocatedBy(byte[] stream, int piece, int rounds)
    {
        var decoder = new WebSocketDecoder(0);
        var buffer = new byte[stream.Length];
        var expected = Round(ref decoder, stream, buffer, piece);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var events = 0;
        for (var round = 0; round < rounds; round++)
            events += Round(ref decoder, stream, buffer, piece);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(expected * rounds, events);
        return allocated;
    }

    static int Round(ref WebSocketDecoder decoder, byte[] stream, byte[] buffer, int piece)
    {
        var events = 0;
        stream.CopyTo(buffer.AsSpan());
        for (var start = 0; start < buffer.Length; start += piece)
        {
            var input = buffer.AsMemory(start, Math.Min(piece, buffer.Length - start));
            while (decoder.Read(input, out var consumed, out _))
            {
                input = input[consumed..];
                events++;
            }
        }

        return events;
    }
}
