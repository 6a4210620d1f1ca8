using System.Text;
using FsCheck.Xunit;
using Gateway.Core.Redis;
using Gateway.Testing;

namespace Gateway.Core.Tests.Redis;

/// <summary>What the client library sees of a connection, and what goes to the subscribers instead.</summary>
public sealed class MessageStreamTests
{
    const string Message = "$7\r\nmessage\r\n$1\r\na\r\n$3\r\n1\r\n\r\n";

    readonly RedisSubscribers _subscribers = new();
    readonly List<string> _got = [];

    public MessageStreamTests()
    {
        var inbox = new RedisInbox(fault => throw fault);
        _subscribers.Add("a", new RedisSubscriber(inbox, message =>
        {
            lock (_got)
                _got.Add(Encoding.UTF8.GetString(message.Payload.Span));
        }));
    }

    public static TheoryData<string> Others =>
    [
        "+OK\r\n", "-ERR no\r\n", ":5\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "(123456789012345678901234567890\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "$0\r\n\r\n",
        "=7\r\ntxt:a\r\n\r\n", "!3\r\nERR\r\n", "%1\r\n+a\r\n:1\r\n", "~2\r\n:1\r\n*1\r\n:2\r\n", "|1\r\n+a\r\n:1\r\n*1\r\n:2\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n", ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n", "*2\r\n$4\r\npong\r\n$0\r\n\r\n",
        // Of a name that nobody here subscribes to; of a pattern; not of bulk strings.
        ">3\r\n$7\r\nmessage\r\n$1\r\nb\r\n$1\r\n1\r\n", ">4\r\n$8\r\npmessage\r\n$1\r\na\r\n$1\r\na\r\n$1\r\n1\r\n", ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n*0\r\n",
    ];

    [Theory, MemberData(nameof(Others))]
    public async Task What_is_no_message_of_ours_passes_as_it_is_however_it_comes(string other)
    {
        string all = $">3\r\n{Message}{other}*3\r\n{Message}{other}>3\r\n{Message}";
        foreach (int piece in new[] { 1, 3, 7, all.Length })
        {
            lock (_got)
                _got.Clear();
            Assert.Equal(other + other, await PassAsync(all, piece, isSubscriber: true));
            await Eventually.BecomesTrueAsync(() => GotCount == 3, "three messages");
            Assert.All(_got, message => Assert.Equal("1\r\n", message));
        }
    }

    [Fact]
    public async Task By_RESP2_only_the_connection_for_subscriptions_has_messages()
    {
        Assert.Equal($"*3\r\n{Message}", await PassAsync($"*3\r\n{Message}>3\r\n{Message}", 5, isSubscriber: false));
        await Eventually.BecomesTrueAsync(() => GotCount == 1, "the other message");
    }

    [Fact]
    public async Task A_message_may_be_large_and_leaves_no_large_buffer_in_the_way_of_the_next()
    {
        string large = new('x', 3_000_000);
        string all = $">3\r\n$7\r\nmessage\r\n$1\r\na\r\n${large.Length}\r\n{large}\r\n+OK\r\n>3\r\n{Message}+OK\r\n";
        Assert.Equal("+OK\r\n+OK\r\n", await PassAsync(all, 65536, isSubscriber: true));
        await Eventually.BecomesTrueAsync(() => GotCount == 2, "both messages");
        Assert.Equal([large, "1\r\n"], _got);
    }

    [Theory, InlineData("nonsense\r\n"), InlineData("$x\r\n"), InlineData("$-2\r\n"), InlineData("\r\n"), InlineData("*99999999999\r\n"), InlineData("$?\r\n")]
    public async Task What_is_no_RESP_is_a_fault(string text) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => PassAsync(text, text.Length, isSubscriber: true));

    [Property]
    public bool Whatever_bytes_come_they_are_measured_or_refused(byte[] bytes)
    {
        try
        {
            return RespFrame.Measure(bytes) is var length && length >= 0 && length <= bytes.Length;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    int GotCount
    {
        get
        {
            lock (_got)
                return _got.Count;
        }
    }

    // Once read as the library reads by a thread of its own, once as it reads without.
    async Task<string> PassAsync(string sent, int piece, bool isSubscriber)
    {
        var passed = new StringBuilder();
        using var stream = new MessageStream(new Pieces(Encoding.ASCII.GetBytes(sent), piece), _subscribers, isSubscriber);
        byte[] buffer = new byte[4];
        for (bool blocking = false; ; blocking = !blocking)
        {
            int read = blocking ? stream.Read(buffer, 0, buffer.Length) : await stream.ReadAsync(buffer);
            if (read == 0)
                return passed.ToString();
            passed.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    /// <summary>Bytes that come in pieces.</summary>
    sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span));
    }
}
