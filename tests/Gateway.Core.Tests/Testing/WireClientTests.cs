using System.Net.Sockets;
using Gateway.Testing;

namespace Gateway.Core.Tests.Testing;

public class WireClientTests
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public async Task A_message_of_every_length_coding_comes_back_from_a_real_server(int length)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await WireClient.ConnectAsync(server.Address);
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        Assert.Equal(101, (await client.UpgradeAsync("/")).Status);
        await client.SendBinaryAsync(payload);
        var frame = await client.ReadMessageAsync();

        Assert.Equal(WireOpcode.Binary, frame.Opcode);
        Assert.Equal(payload, frame.Payload);
    }

    [Fact]
    public async Task Fragments_are_seen_one_by_one_or_as_one_message()
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await WireClient.ConnectAsync(server.Address);
        await client.UpgradeAsync("/");

        await client.SendFrameAsync(WireOpcode.Text, "uni"u8.ToArray(), fin: false);
        var first = await client.ReadFrameAsync();
        await client.SendFrameAsync(WireOpcode.Continuation, "fied"u8.ToArray());
        var second = await client.ReadFrameAsync();
        Assert.Equal((WireOpcode.Text, false, "uni"), (first.Opcode, first.Fin, first.Text));
        Assert.Equal((WireOpcode.Continuation, true, "fied"), (second.Opcode, second.Fin, second.Text));

        await client.SendFrameAsync(WireOpcode.Text, "gate"u8.ToArray(), fin: false);
        await client.SendFrameAsync(WireOpcode.Continuation, "way"u8.ToArray());
        var message = await client.ReadMessageAsync();
        Assert.Equal((WireOpcode.Text, true, "gateway"), (message.Opcode, message.Fin, message.Text));
    }

    [Fact]
    public async Task A_close_is_answered_with_its_code_and_reason_and_then_the_stream_ends()
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await WireClient.ConnectAsync(server.Address);
        await client.UpgradeAsync("/");

        await client.SendCloseAsync(4001, "enough");
        var close = await client.ReadMessageAsync();

        Assert.Equal((4001, "enough"), (close.CloseCode, close.CloseReason));
        Assert.Equal(WireEnd.EndOfStream, (await client.ReadFrameAsync()).End);
    }

    [Fact]
    public async Task A_frame_that_breaks_the_protocol_is_sent_as_it_is()
    {
        var received = Array.Empty<byte>();
        await using (var server = ScriptedServer.Start(async socket =>
        {
            var buffer = new byte[100];
            received = buffer[..await socket.ReceiveAsync(buffer)];
        }))
        await using (var client = await WireClient.ConnectAsync(server.Address))
            await client.SendFrameAsync((WireOpcode)3, "a"u8.ToArray(), fin: false, mask: false, rsv: 5);

        Assert.Equal([0x53, 1, (byte)'a'], received);
    }

    [Fact]
    public async Task A_handshake_header_is_replaced_or_left_out_and_the_refusal_returned()
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await WireClient.ConnectAsync(server.Address);

        var plain = await client.UpgradeAsync("/", ("upgrade", null), ("X-Sent", "yes"));

        Assert.Equal((200, "yes", "GET "), (plain.Status, plain.Header("x-seen"), plain.Text));
        Assert.Equal(101, (await client.UpgradeAsync("/", ("Upgrade", "WebSocket"))).Status);
    }

    [Fact]
    public async Task A_handshake_with_a_key_of_the_tests_own_is_checked_against_that_key()
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await WireClient.ConnectAsync(server.Address);

        var reply = await client.UpgradeAsync("/", ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="));

        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", reply.Header("Sec-WebSocket-Accept"));
    }

    [Fact]
    public async Task A_wrong_accept_key_is_a_fault()
    {
        await using var server = ScriptedServer.Sending("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: guess\r\n\r\n");
        await using var client = await WireClient.ConnectAsync(server.Address);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => client.UpgradeAsync("/"));

        Assert.Contains("guess", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_follow_one_another_on_one_connection()
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await WireClient.ConnectAsync(server.Address);

        Assert.Equal("POST wörld", (await client.RequestAsync("POST", "/a/../b", "wörld")).Text);
        Assert.Empty((await client.RequestAsync("HEAD", "/")).Body);
        Assert.Equal("PUT ", (await client.RequestAsync("PUT", "/", "")).Text);
    }

    [Fact]
    public async Task A_unix_socket_is_reached_by_its_address()
    {
        using var folder = new TemporaryFolder();
        var url = $"http://unix:{folder.Path}/s.sock";
        await using var server = await EchoServer.StartAsync(url);
        await using var client = await WireClient.ConnectAsync(new Uri(url + ":/base"));

        await client.UpgradeAsync("/");
        await client.SendTextAsync("here");

        Assert.Equal("here", (await client.ReadMessageAsync()).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ping_is_skipped_and_answered_unless_told_otherwise(bool answer)
    {
        var answers = Array.Empty<byte>();
        await using (var server = ScriptedServer.Start(async socket =>
        {
            await socket.SendAsync(new byte[] { 0x89, 1, 42, 0x8a, 0, 0x81, 2, (byte)'o', (byte)'k' });
            var buffer = new byte[100];
            answers = buffer[..await socket.ReceiveAsync(buffer)];
        }))
        await using (var client = await WireClient.ConnectAsync(server.Address))
        {
            client.AnswerPings = answer;
            Assert.Equal("ok", (await client.ReadMessageAsync()).Text);
        }

        Assert.Equal(answer ? 7 : 0, answers.Length);
        if (answer)
            Assert.Equal((0x8a, 0x81, 42), (answers[0], answers[1], answers[6] ^ answers[2]));
    }

    [Theory]
    [InlineData(new byte[0], WireEnd.EndOfStream)]
    [InlineData(new byte[] { 0x82, 126, 1 }, WireEnd.Truncated)]
    [InlineData(new byte[] { 0x82, 2, 1 }, WireEnd.Truncated)]
    public async Task The_end_of_the_stream_is_clean_only_between_frames(byte[] sent, WireEnd expected)
    {
        await using var server = ScriptedServer.Sending(sent);
        await using var client = await WireClient.ConnectAsync(server.Address);

        var frame = await client.ReadFrameAsync();

        Assert.Equal((WireOpcode.End, expected), (frame.Opcode, frame.End));
    }

    [Fact]
    public async Task A_reset_is_told_from_an_end_and_what_came_before_it_is_kept()
    {
        await using var server = ScriptedServer.Start(async socket =>
        {
            await socket.SendAsync(new byte[] { 0x81, 1, (byte)'a' });
            await socket.ReceiveAsync(new byte[1]);
            socket.Close(timeout: 0);
        });
        await using var client = await WireClient.ConnectAsync(server.Address);

        Assert.Equal("a", (await client.ReadFrameAsync()).Text);
        await client.SendAsync("!");

        Assert.Equal(WireEnd.Reset, (await client.ReadFrameAsync()).End);
    }

    [Fact]
    public async Task A_client_that_resets_is_seen_to_reset()
    {
        var error = SocketError.Success;
        await using (var server = ScriptedServer.Start(async socket =>
        {
            var fault = await Assert.ThrowsAsync<SocketException>(() => socket.ReceiveAsync(new byte[1]));
            error = fault.SocketErrorCode;
        }))
        await using (var client = await WireClient.ConnectAsync(server.Address))
            client.Reset();

        Assert.Equal(SocketError.ConnectionReset, error);
    }

    [Fact]
    public async Task A_wait_in_vain_says_for_what_and_loses_nothing()
    {
        var goOn = new TaskCompletionSource();
        await using var server = ScriptedServer.Start(async socket =>
        {
            await socket.SendAsync(new byte[] { 0x81, 2, (byte)'h' });
            await goOn.Task;
            await socket.SendAsync(new byte[] { (byte)'i' });
        });
        await using var client = await WireClient.ConnectAsync(server.Address);

        var fault = await Assert.ThrowsAsync<TimeoutException>(() => client.ReadFrameAsync(Short));
        Assert.Contains("for a frame", fault.Message, StringComparison.Ordinal);

        goOn.SetResult();
        Assert.Equal("hi", (await client.ReadFrameAsync()).Text);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_stalls_its_server()
    {
        var stalled = new TaskCompletionSource();
        await using var server = ScriptedServer.Start(async socket =>
        {
            socket.SendBufferSize = 4096;
            var sending = socket.SendAsync(new byte[8 * 1024 * 1024]);
            await Task.WhenAny(sending, Task.Delay(Short));
            if (!sending.IsCompleted)
                stalled.SetResult();
            await sending;
        });
        await using var client = await WireClient.ConnectAsync(server.Address, receiveBufferSize: 4096);

        await stalled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var (bytes, end) = await client.ReadToEndAsync();

        Assert.Equal((8 * 1024 * 1024, WireEnd.EndOfStream), (bytes.Length, end));
    }
}
