using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using FsCheck.Xunit;
using Gateway.Core.Connections.WebSockets;
using Microsoft.Extensions.Primitives;
using static Gateway.Core.Tests.Connections.WebSockets.ClientFrames;

namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>Compression as RFC 7692 has it: what is agreed on, what comes in, and what goes out.</summary>
public class WebSocketCompressionTests
{
    const string Agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    const int Limit = 5_000;

    static readonly WebSocketCompression Any = new(15);

    [Theory]
    [InlineData("permessage-deflate", Agreed)]
    [InlineData("permessage-deflate; client_max_window_bits", Agreed)]
    [InlineData("x-other, permessage-deflate;client_max_window_bits=10 ; server_no_context_takeover; client_no_context_takeover", Agreed)]
    [InlineData("permessage-deflate; server_max_window_bits=12; client_max_window_bits=12", Agreed + "; server_max_window_bits=12")]
    [InlineData("permessage-deflate; server_max_window_bits=\"8\"", Agreed + "; server_max_window_bits=8")]
    [InlineData("permessage-deflate; unknown, permessage-deflate; server_max_window_bits=15", Agreed)]
    [InlineData("x-other|permessage-deflate", Agreed)]
    public void An_offer_is_accepted_with_each_message_by_itself(string offers, string answer) =>
        Assert.Equal(answer, WebSocketCompression.Negotiate(offers.Split('|'))?.Answer);

    [Theory]
    [InlineData("")]
    [InlineData("x-webkit-deflate-frame")]
    [InlineData("permessage-deflate=1")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=08")]
    [InlineData("permessage-deflate; server_max_window_bits=x")]
    [InlineData("permessage-deflate; client_max_window_bits=+9")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits")]
    [InlineData(";;;,,,==\"")]
    public void What_cannot_be_accepted_is_declined(string offers)
    {
        Assert.Null(WebSocketCompression.Negotiate(offers));
        Assert.Null(WebSocketCompression.Negotiate(StringValues.Empty));
    }

    // RFC 7692, section 7.2.3: a message in one frame, in two, without compression, and with a last block.
    [Theory]
    [InlineData("F248CDC9C90700")]
    [InlineData("000500FAFF48656C6C6F00")]
    [InlineData("F348CDC9C9070000")]
    public void The_messages_of_the_RFC_are_inflated(string compressed)
    {
        byte[] payload = Convert.FromHexString(compressed);
        byte[] parts = [.. Head(0x41, 3), .. Frame(WebSocketOpcode.Text, payload[..3])[6..], .. Ping(""), .. More(payload[3..])];

        Assert.Equal(["TEXT 5: Hello"], Client.Hear([Compressed(WebSocketOpcode.Text, payload)], Limit, mayBeCompressed: true));
        Assert.Equal(["PING 0: ", "TEXT 5: Hello"], Client.Hear(Pieces.Bytes(parts), Limit, mayBeCompressed: true));
    }

    [Property(MaxTest = 300)]
    public void Compressed_messages_are_read_among_others_however_the_stream_is_cut(int seed)
    {
        var random = new Random(seed);
        List<byte> stream = [];
        List<string> expected = [];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(random.GetItems(["a", "é", "€", "😀"], random.Next(1, 1000))));
            stream.AddRange(random.Next(3) == 0 ? Text(text) : Compressed(WebSocketOpcode.Text, Deflate(text)));
            expected.Add(Client.Line(WebSocketOpcode.Text, text));
        }

        Assert.Equal(expected, Client.Hear(Pieces.Whole([.. stream]), Limit, mayBeCompressed: true));
        Assert.Equal(expected, Client.Hear(Pieces.AtRandom([.. stream], random, 100), Limit, mayBeCompressed: true));
    }

    [Property(MaxTest = 2_000)]
    public void Anything_marked_as_compressed_does_no_harm(byte[] payload, int seed)
    {
        var random = new Random(seed);
        byte[] stream = Compressed(random.Next(2) == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Binary, payload);
        using var client = new Client(Limit, mayBeCompressed: true);
        foreach (var piece in Pieces.AtRandom(stream, random, 50))
            client.Receive(piece);

        Assert.Equal(Client.Hear([stream], Limit, mayBeCompressed: true), client.Events);
        Assert.InRange(client.MostHeldUnearned, long.MinValue, 2 * Limit);
    }

    [Property(MaxTest = 1_000)]
    public void A_damaged_compressed_message_does_no_harm(int seed)
    {
        var random = new Random(seed);
        byte[] payload = Deflate(Encoding.UTF8.GetBytes(string.Concat(random.GetItems(["ab", "é", "cde"], 500))));
        payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));

        Assert.True(Client.Hear([Compressed(WebSocketOpcode.Text, payload)], Limit, mayBeCompressed: true).Count <= 1);
    }

    [Fact]
    public void A_bomb_is_refused_at_the_limit()
    {
        byte[] bomb = Deflate(new byte[4_000_000]);
        Assert.InRange(bomb.Length, 0, Limit);
        using var client = new Client(Limit, mayBeCompressed: true);

        client.Receive(Compressed(WebSocketOpcode.Binary, bomb));

        Assert.Equal([$"error 1009: A message may have at most {Limit} bytes."], client.Events);
        Assert.InRange(client.MostHeldUnearned, long.MinValue, 2 * Limit);
        Assert.Equal(
            [Client.Line(WebSocketOpcode.Binary, new byte[Limit])],
            Client.Hear([Compressed(WebSocketOpcode.Binary, Deflate(new byte[Limit]))], Limit, mayBeCompressed: true));
    }

    [Fact]
    public void What_is_marked_as_compressed_must_be_and_its_text_must_be_text()
    {
        Assert.Equal(["error 1007: A message marked as compressed must be."],
            Client.Hear([Compressed(WebSocketOpcode.Text, [0xFF, 0xFF, 0xFF])], Limit, mayBeCompressed: true));
        Assert.Equal(["error 1007: Text must be valid UTF-8."],
            Client.Hear([Compressed(WebSocketOpcode.Text, Deflate([0x61, 0xFF]))], Limit, mayBeCompressed: true));
    }

    [Theory]
    [InlineData(0xC0)]
    [InlineData(0xC8)]
    [InlineData(0xC9)]
    [InlineData(0xA1)]
    [InlineData(0xF1)]
    public void Only_the_beginning_of_a_message_is_marked(int first) =>
        Assert.Equal(["error 1002: The reserved bits must be 0, but the first for a message that is compressed."],
            Client.Hear([Head(first, 0)], Limit, mayBeCompressed: true));

    [Fact]
    public async Task A_frame_is_compressed_once_for_all_and_the_frameworks_client_reads_it()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"price\":12}", 200)));
        var frame = Gateway.Core.Connections.Frame.Text(text);

        var compressed = frame.CompressedFor(Any);

        Assert.InRange(compressed.Length, 1, text.Length / 4);
        Assert.Same(compressed, frame.CompressedFor(new WebSocketCompression(12)));
        using var wire = new DuplexStream([.. compressed.Bytes.Span, .. compressed.Bytes.Span]);
        using var client = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions { DangerousDeflateOptions = new() { ServerContextTakeover = false } });
        for (int i = 0; i < 2; i++)
        {
            byte[] received = new byte[text.Length];
            int length = 0;
            while (length < received.Length)
                length += (await client.ReceiveAsync(received.AsMemory(length), CancellationToken.None)).Count;
            Assert.Equal(text, received);
        }
    }

    [Fact]
    public void A_frame_that_is_short_random_or_beyond_the_clients_window_goes_out_as_it_is()
    {
        byte[] random = new byte[2_000];
        new Random(1).NextBytes(random);
        foreach (var plain in new[] { Gateway.Core.Connections.Frame.Text(new byte[100]), Gateway.Core.Connections.Frame.Binary(random), Gateway.Core.Connections.Frame.Raw(new byte[2_000]) })
            Assert.Same(plain, plain.CompressedFor(Any));

        var large = Gateway.Core.Connections.Frame.Binary(new byte[5_000]);
        Assert.Same(large, large.CompressedFor(new WebSocketCompression(12)));
        Assert.NotSame(large, large.CompressedFor(new WebSocketCompression(13)));
    }

    static byte[] Compressed(WebSocketOpcode opcode, byte[] payload)
    {
        byte[] frame = Frame(opcode, payload);
        frame[0] |= 0x40;
        return frame;
    }

    static byte[] Deflate(byte[] message)
    {
        using var output = new MemoryStream();
        using var deflate = new DeflateStream(output, CompressionLevel.SmallestSize);
        deflate.Write(message);
        deflate.Flush();
        return output.ToArray()[..^4];
    }
}
