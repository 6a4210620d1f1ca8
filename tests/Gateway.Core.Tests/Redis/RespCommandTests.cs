using System.Buffers;
using System.Text;
using FsCheck.Xunit;
using Gateway.Core.Redis.Embedded;

namespace Gateway.Core.Tests.Redis;

public class RespCommandTests
{
    static byte[] Encode(byte[][] arguments) =>
    [
        .. Encoding.ASCII.GetBytes($"*{arguments.Length}\r\n"),
        .. arguments.SelectMany(argument => (byte[])[.. Encoding.ASCII.GetBytes($"${argument.Length}\r\n"), .. argument, .. "\r\n"u8]),
    ];

    // As the bytes come in: after each piece, whatever is complete is taken.
    static List<byte[][]> ReadAll(byte[] bytes, int piece)
    {
        var commands = new List<byte[][]>();
        int taken = 0;
        for (int end = Math.Min(piece, bytes.Length); ; end = Math.Min(end + piece, bytes.Length))
        {
            var buffer = new ReadOnlySequence<byte>(bytes, taken, end - taken);
            while (RespCommand.TryRead(ref buffer, out var arguments))
                commands.Add(arguments);
            taken = end - (int)buffer.Length;
            if (end == bytes.Length)
                return commands;
        }
    }

    [Property]
    public void Commands_are_read_as_they_were_written_in_pieces_of_any_size(byte[][] first, byte[][] second, byte size)
    {
        byte[][][] sent = [[.. first ?? []], [.. second ?? []]];
        foreach (var command in sent)
        {
            for (int i = 0; i < command.Length; i++)
                command[i] ??= [];
        }

        Assert.Equal(sent, ReadAll([.. sent.SelectMany(Encode)], size + 1));
    }

    [Property(MaxTest = 2000)]
    public void Any_bytes_are_commands_or_a_fault_whatever_their_pieces(byte[] bytes, bool asArray)
    {
        byte[] input = asArray ? [.. "*2\r\n$3\r\nabc\r\n"u8, .. bytes] : bytes;
        Assert.Equal(Outcome(input, input.Length + 1), Outcome(input, 1));

        static string Outcome(byte[] input, int piece)
        {
            try
            {
                return string.Join('|', ReadAll(input, piece).Select(command => string.Join(',', command.Select(Convert.ToHexString))));
            }
            catch (RespFault)
            {
                return "fault";
            }
        }
    }

    [Theory]
    [InlineData("*1\r\n:5\r\n")]
    [InlineData("*x\r\n")]
    [InlineData("*123456789012345678901\r\n")]
    [InlineData("*65537\r\n")]
    [InlineData("*1\r\n$-1\r\n")]
    [InlineData("*1\r\n$16777217\r\n")]
    [InlineData("*1\r\n$99999999999999999999\r\n")]
    [InlineData("*1\r\n$1\r\nab\r\n")]
    [InlineData("*111111111111111111111111")]
    public void What_is_malformed_or_beyond_a_limit_is_a_fault(string text)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text));
        Assert.Throws<RespFault>(() => RespCommand.TryRead(ref buffer, out _));
    }

    [Fact]
    public void A_line_of_words_is_a_command()
    {
        var buffer = new ReadOnlySequence<byte>("  PUBLISH\tbooks.1  x \r\nPI"u8.ToArray());

        Assert.True(RespCommand.TryRead(ref buffer, out var arguments));
        Assert.Equal(["PUBLISH", "books.1", "x"], arguments.Select(Encoding.ASCII.GetString));
        Assert.False(RespCommand.TryRead(ref buffer, out _));
        Assert.Equal(2, buffer.Length);
    }

    [Fact]
    public void A_line_without_end_is_not_collected_for_ever()
    {
        var buffer = new ReadOnlySequence<byte>(new byte[RespLimits.InlineBytes + 1]);
        Assert.Throws<RespFault>(() => RespCommand.TryRead(ref buffer, out _));
    }
}
