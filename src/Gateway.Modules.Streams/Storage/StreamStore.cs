using System.Collections.Concurrent;
using Gateway.Core.Hosting;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// All streams of a tenant, by id. That one exists is in the database before its producer is told; that one has ended,
/// soon after. A crash in between is resolved at the start, and there the files win: a stream marked as complete is
/// complete, and one that was active is aborted, with all bytes that its file has.
/// </summary>
sealed partial class StreamStore(DataDirectory data, Tenant tenant, TimeProvider time, ILogger<StreamStore> log) : IHostedService, IDisposable
{
    readonly ConcurrentDictionary<string, ByteStream> _streams = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<Task, byte> _recording = new();
    // What decides to whom an id belongs goes one after the other.
    readonly SemaphoreSlim _turn = new(1);
    // Syncs wait for the disk, each on a thread of its own.
    readonly SemaphoreSlim _syncs = new(2);
    StreamFiles? _files;
    StreamDatabase? _database;

    /// <summary>Those who want to know of every change of every stream.</summary>
    public Watchers Watchers { get; } = new();

    /// <summary>Those who want to know only of every stream that begins.</summary>
    public Watchers BeginningWatchers { get; } = new();

    /// <summary>The streams at this moment, in no order.</summary>
    public IEnumerable<ByteStream> Streams => _streams.Select(entry => entry.Value);

    /// <summary>The stream of an id; null if there is none, or if it is being deleted: nobody can read that one any more.</summary>
    public ByteStream? Find(string id) => _streams.GetValueOrDefault(id) is { IsGone: false } stream ? stream : null;

    /// <summary>The stream of an id, once there is one; null if there is none in time, or the wait is cancelled.</summary>
    public async Task<ByteStream?> WhenBegunAsync(string id, TimeSpan wait, CancellationToken cancellation)
    {
        var begun = new TaskCompletionSource<ByteStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = BeginningWatchers.Add(stream =>
        {
            if (stream.Id == id)
                begun.TrySetResult(stream);
        });
        if (Find(id) is { } stream)
            return stream;
        try
        {
            return await begun.Task.WaitAsync(wait, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A page of streams in the order of their ids.</summary>
    /// <returns>The streams, and where the next page begins; null if there is none.</returns>
    public (IReadOnlyList<ByteStream> Streams, string? Next) List(string? after, int limit)
    {
        // Of these some may have been deleted just now, or not quite begun.
        var page = Database.List(after, limit);
        return ([.. page.Select(entry => Find(entry.Key)).OfType<ByteStream>()], page.Count == limit ? page[^1].Key : null);
    }

    /// <summary>Begins a stream. Of several who ask for an id at once, one gets it.</summary>
    /// <param name="id">Its id; null = one is made.</param>
    /// <param name="metadata">JSON in ASCII, or null.</param>
    /// <param name="force">Whether a stream of that id is replaced: its producer is cut, and its consumers with it.</param>
    /// <param name="producer">Who writes it.</param>
    /// <returns>The stream, null if the id is taken; and whether it took the place of another.</returns>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async Task<(ByteStream? Stream, bool Replaced)> CreateAsync(string? id, string? metadata, bool force, Producer producer)
    {
        if (id != null && !force && Find(id) != null)
            return default;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            id ??= FreeId();
            var old = Find(id);
            if (old != null && !force)
                return default;
            var record = new StreamRecord(StreamFiles.NewName(), metadata, time.GetUtcNow().UtcDateTime, StreamState.Active, 0, null);
            var stream = new ByteStream(id, record, Files, Watchers);
            stream.Create(producer);
            await SaveAsync(stream, record).ConfigureAwait(false);
            _streams[id] = stream;
            old?.Remove();
            Watchers.Changed(stream);
            BeginningWatchers.Changed(stream);
            return (stream, old != null);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether the tenant may keep so many bytes more, and at least one.</summary>
    public bool HasRoomFor(long bytes)
    {
        long wanted = Math.Max(1, bytes);
        if (!tenant.Storage.TryTake(wanted))
            return false;
        tenant.Storage.Count(-wanted);
        return true;
    }

    /// <summary>Ends a stream on behalf of its producer, if it still is.</summary>
    /// <exception cref="IOException">It is complete, and that could not be noted.</exception>
    public void End(ByteStream stream, Producer producer, StreamState state)
    {
        if (stream.End(producer, state))
            _ = Record(stream);
    }

    /// <summary>Ends a stream that has been idle for so long.</summary>
    public bool Expire(ByteStream stream, TimeSpan idle)
    {
        bool ended = stream.End(StreamState.Expired, idle);
        if (ended)
            _ = Record(stream);
        return ended;
    }

    /// <summary>Compresses a stream that is complete, where that helps. It can be read, and deleted, all the while.</summary>
    /// <exception cref="IOException">It could not be stored; the stream is as it was.</exception>
    public async Task CompressAsync(ByteStream stream, CancellationToken cancellation)
    {
        // Until then its bytes may not be on the disk.
        await stream.Recorded.ConfigureAwait(false);
        bool isSmaller;
        try
        {
            isSmaller = await Task.Run(() => Files.Compress(stream.FileName, stream.Length, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException) when (stream.IsGone)
        {
            return;
        }
        if (!stream.Store(Files.Stored(stream.FileName, isSmaller ? StoredForm.Gzip : StoredForm.Incompressible)))
        {
            Files.Delete(stream.FileName);
            return;
        }
        await Record(stream).ConfigureAwait(false);
        // The record says where the bytes are: only now the plain file is one too many.
        if (isSmaller)
            Files.DeletePlain(stream.FileName);
    }

    /// <summary>Deletes streams, those of them that are still there.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="unlessActive">Whether those are kept that are active by now.</param>
    /// <returns>The ids of the deleted.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(IEnumerable<ByteStream> streams, bool unlessActive = false)
    {
        var deleted = new List<string>();
        foreach (var stream in streams)
        {
            if (await DeleteAsync(stream, unlessActive).ConfigureAwait(false))
                deleted.Add(stream.Id);
        }
        return deleted;
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string folder = data.Folder("streams");
        _files = new StreamFiles(Directory.CreateDirectory(Path.Combine(folder, "data")).FullName, tenant.Storage);
        _database = new StreamDatabase(Path.Combine(folder, "streams.db"));
        var kept = new Dictionary<string, StoredForm>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (id, record) in Database.All())
        {
            StreamRecord? found;
            try
            {
                found = Restore(record);
            }
            catch (InvalidDataException e)
            {
                // Left as it is, for whoever can repair it.
                kept.Add(record.File, record.Form);
                Damaged(e, record.File);
                continue;
            }
            if (found == null)
            {
                missing.Add(id);
                continue;
            }
            kept.Add(record.File, found.Form);
            var stream = _streams[id] = new ByteStream(id, found, Files, Watchers);
            if (Files.IsMarkedComplete(record.File))
                _ = Record(stream);
        }
        foreach (string id in missing)
            await Database.DeleteAsync(id).ConfigureAwait(false);
        int others = Files.DeleteOthers(kept);
        Opened(_streams.Count, _streams.Values.Count(stream => stream.State == StreamState.Aborted), missing.Count, others);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in Streams)
        {
            if (stream.End(StreamState.Aborted))
                _ = Record(stream);
        }
        await Task.WhenAll(_recording.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _database?.Dispose();
        _turn.Dispose();
        _syncs.Dispose();
    }

    StreamFiles Files => _files ?? throw new InvalidOperationException("The store has not been started.");

    StreamDatabase Database => _database ?? throw new InvalidOperationException("The store has not been started.");

    string FreeId()
    {
        var now = time.GetUtcNow();
        for (int attempt = 0; ; attempt++)
        {
            string id = StreamId.Generate(now, attempt);
            if (!_streams.ContainsKey(id))
                return id;
        }
    }

    async Task SaveAsync(ByteStream stream, StreamRecord record)
    {
        try
        {
            await Database.PutAsync(stream.Id, record).ConfigureAwait(false);
        }
        catch
        {
            stream.Remove();
            throw;
        }
    }

    async Task<bool> DeleteAsync(ByteStream stream, bool unlessActive)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            // A record without a file is dropped at the next start: what is deleted here stays deleted.
            if (Find(stream.Id) != stream || !stream.Remove(unlessActive))
                return false;
            _streams.TryRemove(stream.Id, out _);
            await Database.DeleteAsync(stream.Id).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    Task Record(ByteStream stream)
    {
        Task recording;
        lock (stream)
            recording = stream.Recorded = RecordAsync(stream, stream.Recorded);
        _recording.TryAdd(recording, 0);
        _ = recording.ContinueWith(_ => _recording.TryRemove(recording, out byte _), TaskScheduler.Default);
        return recording;
    }

    async Task RecordAsync(ByteStream stream, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            var record = stream.ToRecord();
            if (record is { State: StreamState.Complete, Form: StoredForm.Plain })
                await SyncAsync(record.File).ConfigureAwait(false);
            await Database.UpdateAsync(stream.Id, record).ConfigureAwait(false);
            if (record.State == StreamState.Complete)
                Files.Unmark(record.File);
        }
        catch (IOException) when (stream.IsGone)
        {
            // Deleted meanwhile: there is nothing to record.
        }
        catch (IOException e)
        {
            NotRecorded(e);
            throw;
        }
    }

    /// <summary>Waits until the bytes that a stream has are on the disk.</summary>
    public Task SyncAsync(ByteStream stream) => SyncAsync(stream.FileName);

    async Task SyncAsync(string file)
    {
        await _syncs.WaitAsync().ConfigureAwait(false);
        try
        {
            Files.Sync(file);
        }
        finally
        {
            _syncs.Release();
        }
    }

    // What a stream is after a start; null if its file is gone.
    StreamRecord? Restore(StreamRecord record)
    {
        if (record.Form == StoredForm.Gzip)
            return RestoreGzip(record);
        if (Files.Look(record.File) is not { } file)
            return null;
        var (length, written) = file;
        if (Files.IsMarkedComplete(record.File))
            return record with { State = StreamState.Complete, Length = length, Ended = record.Ended ?? written };
        bool isWhole = record.State == StreamState.Complete && length == record.Length;
        if (record.State == StreamState.Complete && !isWhole)
            Shortened(record.Length, length);
        return isWhole
            ? record
            : record with
            {
                State = record.State == StreamState.Expired ? StreamState.Expired : StreamState.Aborted,
                Length = length,
                Ended = record.Ended ?? written,
            };
    }

    // The plain file is deleted after the record has been written: it may still be there.
    StreamRecord? RestoreGzip(StreamRecord record)
    {
        try
        {
            Files.Stored(record.File, record.Form);
            return record;
        }
        catch (FileNotFoundException)
        {
            return Restore(record with { Form = StoredForm.Plain });
        }
    }

    [LoggerMessage(5001, LogLevel.Information,
        "{Streams} streams, {Aborted} of them aborted; dropped {Missing} whose file is gone, and {Others} files of none", EventName = "StreamsOpened")]
    partial void Opened(int streams, int aborted, int missing, int others);

    [LoggerMessage(5002, LogLevel.Error, "The end of a stream could not be recorded", EventName = "StreamNotRecorded")]
    partial void NotRecorded(Exception exception);

    [LoggerMessage(5004, LogLevel.Error, "The compressed file {File} of a stream is damaged: the stream is left out", EventName = "StreamDamaged")]
    partial void Damaged(Exception exception, string file);

    [LoggerMessage(5003, LogLevel.Error, "A complete stream of {Expected} bytes has a file of {Found}: it is taken for aborted", EventName = "StreamShortened")]
    partial void Shortened(long expected, long found);
}
