using Gateway.Core.Storage;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// The records of all streams. A document store that has failed to write, as on a full disk, writes no more until it is
/// opened again: that is done here, so that the streams go on once there is room. Writes go one after the other.
/// </summary>
sealed class StreamDatabase : IDisposable
{
    const int PageSize = 1000;

    readonly string _path;
    readonly SemaphoreSlim _turn = new(1);
    Opened _opened;

    /// <exception cref="DocumentStoreException">It is in use, damaged, or cannot be read and written.</exception>
    public StreamDatabase(string path) => _opened = Opened.Open(_path = path);

    /// <summary>All records, in the order of their ids.</summary>
    public IEnumerable<KeyValuePair<string, StreamRecord>> All()
    {
        string? after = null;
        while (List(after, PageSize) is [.., var last] page)
        {
            foreach (var entry in page)
                yield return entry;
            after = last.Key;
        }
    }

    /// <summary>A page of records in the order of their ids.</summary>
    public IReadOnlyList<KeyValuePair<string, StreamRecord>> List(string? after, int limit) =>
        Volatile.Read(ref _opened).Records.List(after, limit);

    /// <summary>Puts a record in the place of whatever there is of the id.</summary>
    /// <exception cref="DocumentStoreException">It could not be written.</exception>
    public Task PutAsync(string id, StreamRecord record) => WriteAsync(async records =>
    {
        if (await records.UpdateAsync(id, _ => record).ConfigureAwait(false) == null)
            await records.InsertAsync(id, record).ConfigureAwait(false);
    });

    /// <summary>Replaces the record of an id if it is of the same file.</summary>
    /// <exception cref="DocumentStoreException">It could not be written.</exception>
    public Task UpdateAsync(string id, StreamRecord record) =>
        WriteAsync(records => records.UpdateAsync(id, old => old.File == record.File ? record : old));

    /// <summary>Removes the record of an id.</summary>
    /// <exception cref="DocumentStoreException">It could not be written.</exception>
    public Task DeleteAsync(string id) => WriteAsync(records => records.DeleteAsync(id));

    /// <inheritdoc/>
    public void Dispose()
    {
        _opened.Store.Dispose();
        _turn.Dispose();
    }

    async Task WriteAsync(Func<IDocuments<StreamRecord>, Task> write)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await write(_opened.Records).ConfigureAwait(false);
        }
        // It is disposed of where it could not be opened again the last time.
        catch (Exception e) when (e is DocumentStoreException or ObjectDisposedException)
        {
            _opened.Store.Dispose();
            Volatile.Write(ref _opened, Opened.Open(_path));
            await write(_opened.Records).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    sealed record Opened(LiteDocumentStore Store, IDocuments<StreamRecord> Records)
    {
        public static Opened Open(string path)
        {
            var store = new LiteDocumentStore(path);
            return new(store, store.Collection<StreamRecord>("streams"));
        }
    }
}
