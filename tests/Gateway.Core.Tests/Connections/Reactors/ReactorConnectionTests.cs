using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Gateway.Core.Tests.Connections.Transports;
using Gateway.Testing;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Core.Tests.Connections.Reactors;

public sealed class ReactorConnectionTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly ReactorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_body_larger_than_what_is_read_ahead_arrives_at_the_readers_pace()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, _) = _fixture.Connect(pair);
        var sent = LoopbackPair.Noise(6_000_000);
        var sending = pair.Client.SendAsync(sent);

        var received = new List<byte>();
        while (received.Count < sent.Length)
        {
            var read = await connection.Transport.Input.ReadAsync().AsTask().WaitAsync(Limit);
            foreach (var part in read.Buffer)
                received.AddRange(part.Span);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            Assert.False(read.IsCompleted);
            if (received.Count < 100_000)
                await Task.Delay(20);
        }

        Assert.Equal(sent.Length, await sending);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task The_clients_end_ends_the_input_and_is_told()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, _) = _fixture.Connect(pair);
        var closed = new TaskCompletionSource();
        connection.ConnectionClosed.Register(() => closed.SetResult());
        await pair.Client.SendAsync("last"u8.ToArray());
        pair.Client.Shutdown(SocketShutdown.Send);

        await closed.Task.WaitAsync(Limit);
        var read = await connection.Transport.Input.ReadAtLeastAsync(5).AsTask().WaitAsync(Limit);

        Assert.True(read.IsCompleted);
        Assert.Equal(4, read.Buffer.Length);
    }

    [Fact]
    public async Task A_reset_is_the_exception_that_the_web_server_knows()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, _) = _fixture.Connect(pair);
        var reading = connection.Transport.Input.ReadAsync().AsTask();

        pair.Reset();

        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(Limit));
    }

    [Fact]
    public async Task An_abort_ends_reads_and_flushes_and_resets_the_client()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, socket) = _fixture.Connect(pair);
        pair.Server.Dispose();
        var reading = connection.Transport.Input.ReadAsync().AsTask();
        var flushing = connection.Transport.Output.WriteAsync(new byte[4_000_000]).AsTask();

        connection.Abort(new ConnectionAbortedException("enough"));

        await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.WaitAsync(Limit));
        Assert.True((await flushing.WaitAsync(Limit)).IsCompleted);
        Assert.True(socket.IsClosed);
    }

    [Fact]
    public async Task One_that_leaves_takes_what_came_early_along_and_is_deaf_to_the_web_server_from_then_on()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, socket) = _fixture.Connect(pair);
        await connection.Transport.Output.WriteAsync("head "u8.ToArray());
        await pair.Client.SendAsync("early"u8.ToArray());
        var seen = await connection.Transport.Input.ReadAsync().AsTask().WaitAsync(Limit);
        connection.Transport.Input.AdvanceTo(seen.Buffer.Start);

        var transport = connection.Detach(readsAtOnce: false)!;
        await connection.Transport.Output.WriteAsync("end of the response"u8.ToArray());
        Assert.True((await connection.Transport.Input.ReadAsync()).IsCompleted);
        connection.Abort(new ConnectionAbortedException("the web server stops"));
        await connection.DisposeAsync();
        Assert.True(transport.TrySend("tail"u8, out _));

        Assert.Equal("head tail"u8.ToArray(), await pair.ReadSlowlyAsync(9));
        var buffer = new byte[100];
        Assert.Equal("early"u8.ToArray(), buffer[..await transport.ReadAsync(buffer, CancellationToken.None)]);
        await pair.Client.SendAsync("late"u8.ToArray());
        Assert.Equal(4, await transport.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Limit));
        Assert.False(socket.IsClosed);
        Assert.False(connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task One_whose_client_has_gone_does_not_leave()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, _) = _fixture.Connect(pair);
        pair.Reset();
        await Eventually.BecomesTrueAsync(() => connection.ConnectionClosed.IsCancellationRequested, "the end to be seen");

        Assert.Null(connection.Detach(readsAtOnce: false));
    }

    [Fact]
    public async Task One_that_something_stands_before_cannot_leave()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var (connection, _) = _fixture.Connect(pair);
        Assert.True(connection.CanDetach);

        connection.Transport = new Wrapped(connection.Transport);

        Assert.False(connection.CanDetach);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    public async Task The_addresses_of_both_ends_are_known(string address)
    {
        await using var listener = _fixture.Listen(new IPEndPoint(IPAddress.Parse(address), 0));
        int port = ((IPEndPoint)listener.EndPoint).Port;
        var loopback = address == "127.0.0.1" ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using var client = new Socket(loopback.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(loopback, port);

        await using var connection = await ReactorFixture.AcceptAsync(listener);

        Assert.Equal(client.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, connection.LocalEndPoint);
        Assert.NotEmpty(connection.ConnectionId);
    }

    [Fact]
    public async Task Many_clients_at_once_are_all_accepted_and_none_after_unbinding()
    {
        await using var listener = _fixture.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var clients = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            clients.Add(new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await clients[i].ConnectAsync(listener.EndPoint);
        }

        var connections = new List<ConnectionContext>();
        while (connections.Count < clients.Count)
            connections.Add(await ReactorFixture.AcceptAsync(listener));
        await listener.UnbindAsync();

        Assert.Null(await listener.AcceptAsync().AsTask().WaitAsync(Limit));
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(listener.EndPoint));
        Assert.Equal(300, connections.Select(connection => connection.ConnectionId).Distinct().Count());
        foreach (var connection in connections)
            await connection.DisposeAsync();
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task A_number_of_a_descriptor_that_is_used_again_gets_no_event_of_the_one_before()
    {
        for (var round = 0; round < 200; round++)
        {
            using var before = await LoopbackPair.ConnectAsync();
            var (_, socket) = _fixture.Connect(before);
            await before.Client.SendAsync(new byte[1]);
            socket.Dispose();
            using var pair = await LoopbackPair.ConnectAsync();
            var (connection, _) = _fixture.Connect(pair);
            Assert.False(connection.Transport.Input.TryRead(out var read) && read.IsCompleted);
            await pair.Client.SendAsync("mine"u8.ToArray());
            Assert.Equal(4, (await connection.Transport.Input.ReadAsync().AsTask().WaitAsync(Limit)).Buffer.Length);
        }
    }

    sealed class Wrapped(IDuplexPipe inner) : IDuplexPipe
    {
        public PipeReader Input => inner.Input;

        public PipeWriter Output => inner.Output;
    }
}
