using System.Buffers;
using Gateway.Core.Connections;
using Gateway.Modules.Streams.Storage;

namespace Gateway.Modules.Streams;

/// <summary>
/// A stream as a WebSocket's binary messages. The end is a close: 1000 with the state <c>complete</c>, 1011 with
/// <c>aborted</c> or <c>expired</c>.
/// </summary>
static class WebSocketTail
{
    const int PieceBytes = 32 * 1024;

    /// <summary>Serves a client until the stream ends. What the client sends means nothing.</summary>
    public static async Task ServeAsync(WebSocketConnection client, ByteStream stream, long from, CancellationToken closing)
    {
        var reading = ReadAllAsync(client);
        try
        {
            await SendAllAsync(client, stream, from, closing).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            client.Close(CloseReason.Incomplete, "the stream has been deleted");
        }
        catch
        {
            // Before the one below, which would say that all is well.
            client.Close(CloseReason.InternalError);
            throw;
        }
        finally
        {
            // The connection's own end reads as well, and only one may at a time.
            client.Close(CloseReason.Finished);
            await reading.ConfigureAwait(false);
        }
    }

    static async Task SendAllAsync(WebSocketConnection client, ByteStream stream, long from, CancellationToken closing)
    {
        using var reader = new TailReader(stream, from, long.MaxValue, follows: true, closing);
        while (await reader.WaitAsync().ConfigureAwait(false) is > 0 and var available && !closing.IsCancellationRequested)
        {
            var frame = Read(reader, (int)Math.Min(available, PieceBytes));
            await client.WhenRoomAsync(frame, closing).ConfigureAwait(false);
            client.Send(frame);
        }
        client.Close(reader.State == StreamState.Complete ? CloseReason.Finished : CloseReason.Incomplete, StreamHeaders.Write(reader.State));
    }

    static Frame Read(TailReader reader, int wanted)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            return Frame.Binary(buffer.AsSpan(0, reader.Read(buffer.AsSpan(0, wanted))));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Reading is what answers pings and notices that the client has gone.
    static async Task ReadAllAsync(WebSocketConnection client)
    {
        await foreach (var _ in client.ReadAllAsync().ConfigureAwait(false))
        {
        }
    }
}
