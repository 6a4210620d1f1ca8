using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Gateway.Core.Connections;
using Gateway.Modules.Streams.Storage;

namespace Gateway.Modules.Streams.Spying;

/// <summary>
/// One client that watches all streams at once. It reads them from the disk at its own pace, so that it holds nobody; where
/// it falls too far behind a stream, it leaves out what lies between.
/// </summary>
sealed class Spy(HttpConnection client, PipeWriter output, bool isColored, long maxLag)
{
    const int PieceBytes = 16 * 1024;

    readonly ConcurrentDictionary<ByteStream, SpiedStream> _streams = new();
    readonly Channel<SpiedStream> _changed = Channel.CreateUnbounded<SpiedStream>(new() { SingleReader = true });
    SpiedStream? _lastShown;

    /// <summary>Shows what is active, and all that happens from now on, until the client goes.</summary>
    public async Task RunAsync(StreamStore store, CancellationToken closing)
    {
        using var watch = store.Watchers.Add(OnChanged);
        try
        {
            foreach (var stream in store.Streams.Where(stream => stream.State == StreamState.Active).OrderBy(stream => stream.Created))
                Queue(_streams.GetOrAdd(stream, Attach));
            await foreach (var spied in _changed.Reader.ReadAllAsync(closing).ConfigureAwait(false))
            {
                spied.Dequeued();
                if (!spied.IsOver && !await ShowAsync(spied, closing).ConfigureAwait(false))
                    return;
            }
        }
        finally
        {
            foreach (var spied in _streams.Values)
                spied.File?.Dispose();
        }
    }

    // One that begins is told of before it can end: what is unknown and has ended has been shown to its end already.
    void OnChanged(ByteStream stream)
    {
        if (_streams.TryGetValue(stream, out var known) || stream.State != StreamState.Active)
        {
            if (known != null)
                Queue(known);
            return;
        }
        Queue(_streams.GetOrAdd(stream, Attach));
    }

    static SpiedStream Attach(ByteStream stream) => new(stream, SpyColors.Next(), stream.Length);

    void Queue(SpiedStream spied)
    {
        if (spied.TryQueue())
            _changed.Writer.TryWrite(spied);
    }

    // One piece at a time, so that streams take turns. False when the client is gone.
    async ValueTask<bool> ShowAsync(SpiedStream spied, CancellationToken closing)
    {
        if (!spied.IsStarted)
            Start(spied);
        // In this order: once it has ended, its length does not change.
        bool ended = spied.Stream.State != StreamState.Active;
        long length = spied.Stream.Length;
        if (spied.File is { } file && spied.Position < length)
        {
            SkipIfFarBehind(spied, length);
            ShowPiece(spied, file, length, ended);
            if (ended || spied.Position < length)
                QueueUnlessWaiting(spied, length, ended);
        }
        else if (ended)
        {
            End(spied);
        }
        return !(await output.FlushAsync(closing).ConfigureAwait(false)).IsCompleted;
    }

    void Start(SpiedStream spied)
    {
        spied.IsStarted = true;
        Write($"START: {spied.Stream.Id}\n", spied);
        try
        {
            spied.File = spied.Stream.Open();
        }
        catch (FileNotFoundException)
        {
            // It has been deleted already: only its end is left to show.
        }
    }

    void End(SpiedStream spied)
    {
        spied.IsOver = true;
        Write($"END: {spied.Stream.Id}\n", spied);
        spied.File?.Dispose();
        spied.File = null;
        _streams.TryRemove(spied.Stream, out _);
    }

    void SkipIfFarBehind(SpiedStream spied, long length)
    {
        long skipped = length - spied.Position - (maxLag / 2);
        if (spied.Position < spied.Backlog || length - spied.Position <= maxLag)
            return;
        spied.Position += skipped;
        _lastShown = null;
        Write(string.Create(CultureInfo.InvariantCulture, $"SKIPPED: {skipped} bytes of {spied.Stream.Id}\n"), spied);
    }

    // A character that has only begun is left for the next piece, unless nothing more comes.
    void ShowPiece(SpiedStream spied, ContentReader file, long length, bool ended)
    {
        byte[] bytes = new byte[Math.Min(length - spied.Position, PieceBytes)];
        int read = file.Read(bytes, spied.Position);
        bool isLast = ended && spied.Position + read == length;
        int shown = isLast ? read : read - Utf8Pieces.Incomplete(bytes.AsSpan(0, read));
        if (shown == 0)
            return;
        spied.Position += shown;
        string head = _lastShown == spied ? "" : $"{spied.Stream.Id}:\n";
        _lastShown = spied;
        client.CountSent(shown);
        if (isColored)
        {
            Write(head + Encoding.UTF8.GetString(bytes, 0, shown), spied);
            return;
        }
        Write(head, spied);
        output.Write(bytes.AsSpan(0, shown));
    }

    // The beginning of a character alone is nothing to come back for.
    void QueueUnlessWaiting(SpiedStream spied, long length, bool ended)
    {
        if (ended || length - spied.Position > 3)
            Queue(spied);
    }

    void Write(string text, SpiedStream spied)
    {
        if (text.Length == 0)
            return;
        byte[] bytes = Encoding.UTF8.GetBytes(isColored ? SpyColors.Draw(text, spied.Color) : text);
        output.Write(bytes);
    }
}
