using System.Net.Sockets;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Tests.Connections.Transports;

namespace Gateway.Core.Tests.Connections.Reactors;

/// <summary>The same transport, where whoever reads goes on on the reactor's thread.</summary>
public sealed class ResumingTransportTests : ReactorTransportTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private protected override bool ResumesAtOnce => true;

    [Fact]
    public async Task Whoever_waits_for_bytes_gets_them_on_the_reactors_thread()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        var reading = ReadOnceAsync(transport, new byte[10]);

        await pair.Client.SendAsync("hello"u8.ToArray());

        Assert.Equal((5, "gateway-reactor"), await reading.WaitAsync(Limit));
    }

    [Fact]
    public async Task Whoever_waits_learns_of_an_abort_on_another_thread_than_the_one_that_aborts()
    {
        using var pair = await LoopbackPair.ConnectAsync();
        var transport = Create(pair.Server, []);
        var reading = ReadOnceAsync(transport, new byte[10]);
        int goneOn = 0;
        var gone = reading.ContinueWith(_ => goneOn = Environment.CurrentManagedThreadId, TaskContinuationOptions.ExecuteSynchronously);

        var aborting = new Thread(transport.Abort);
        aborting.Start();

        await gone.WaitAsync(Limit);
        await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.NotEqual(aborting.ManagedThreadId, goneOn);
    }

    [Fact]
    public async Task A_client_that_always_has_more_to_say_does_not_keep_the_others_waiting()
    {
        using var talkative = await LoopbackPair.ConnectAsync();
        using var other = await LoopbackPair.ConnectAsync();
        var (greedy, quiet) = (Create(talkative.Server, []), Create(other.Server, []));
        using var over = new CancellationTokenSource();
        // A buffer so small that there is always more than it holds.
        var draining = DrainAsync(greedy, new byte[16], over.Token);
        var talking = TalkAsync(talkative.Client, over.Token);
        var reading = ReadOnceAsync(quiet, new byte[10]);

        await other.Client.SendAsync("me"u8.ToArray());

        Assert.Equal(2, (await reading.WaitAsync(Limit)).Read);
        await over.CancelAsync();
        talkative.Client.Close();
        await Task.WhenAll(talking, draining).WaitAsync(Limit);
    }

    static async Task<(int Read, string? Thread)> ReadOnceAsync(ReactorTransport transport, byte[] buffer)
    {
        await transport.ReadAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        return (await transport.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false), Thread.CurrentThread.Name);
    }

    static async Task DrainAsync(ReactorTransport transport, byte[] buffer, CancellationToken over)
    {
        try
        {
            while (await transport.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false) > 0)
                continue;
        }
        catch (IOException) when (over.IsCancellationRequested)
        {
            // The client was closed in the middle of a word.
        }
    }

    static async Task TalkAsync(Socket client, CancellationToken over)
    {
        byte[] words = new byte[64 * 1024];
        try
        {
            while (!over.IsCancellationRequested)
                await client.SendAsync(words, over).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was told to stop.
        }
    }
}
