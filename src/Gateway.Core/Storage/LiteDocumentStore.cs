using System.Text.RegularExpressions;
using LiteDB;
using LiteDB.Engine;

namespace Gateway.Core.Storage;

/// <summary>
/// A document store in one LiteDB file, with LiteDB's log beside it. One process at a time; a file that is locked or
/// damaged is not opened. Once a write has failed, later ones do as well until the store is opened again, since what the
/// file holds is then unknown; reads go on.
/// </summary>
public sealed partial class LiteDocumentStore : IDocumentStore
{
    const int PageSize = 8192;

    // All stores of the process share LiteDB's pool of eight buffers of a size, which hands out too small ones once more
    // than that have been in use at a time.
    static readonly Lock OneAtATime = new();

    readonly string _path;
    readonly SyncedFile _log;
    readonly SyncedFile _data;
    readonly LiteEngine _engine;
    readonly LiteDatabase _database;
    readonly Dictionary<string, List<KeyValuePair<string, string>>> _stored = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, object> _collections = new(StringComparer.OrdinalIgnoreCase);
    readonly SemaphoreSlim _turn = new(1);
    Exception? _failure;
    bool _disposed;

    /// <summary>Opens the store, which is made if it does not exist yet, and reads all that it holds.</summary>
    /// <exception cref="DocumentStoreException">It is in use, damaged, or cannot be read and written.</exception>
    public LiteDocumentStore(string path)
    {
        _path = path;
        if (DamagedFiles.Find(path) is { } known)
            throw Damaged(known);
        (_log, _data) = Lock(path);
        try
        {
            // LiteDB would cut off half a page, and take nothing for a new file.
            if (_data.Length is > 0 and < PageSize)
                throw new InvalidDataException("less than a page");
            lock (OneAtATime)
            {
                _engine = new LiteEngine(new EngineSettings { DataStream = _data, LogStream = _log, Collation = Collation.Binary });
                _database = new LiteDatabase(_engine);
                foreach (var name in _database.GetCollectionNames())
                    _stored[name] = [.. _database.GetCollection(name).FindAll().Select(DocumentRow.Read)];
            }
        }
        // LiteDB fails on a damaged file in every way that wrong offsets and lengths can.
        catch (Exception cause)
        {
            if (_engine != null)
                DamagedFiles.Keep(_engine);
            CloseFiles();
            DamagedFiles.Add(path, cause);
            throw Damaged(cause);
        }
    }

    /// <inheritdoc/>
    public IDocuments<T> Collection<T>(string name) where T : class
    {
        if (!CollectionName().IsMatch(name))
            throw new ArgumentException("The name of a collection is letters, digits and _.", nameof(name));
        lock (_collections)
        {
            if (!_collections.TryGetValue(name, out var collection))
            {
                collection = new LiteDocuments<T>(this, name, _path, _stored.GetValueOrDefault(name, []));
                _collections.Add(name, collection);
                _stored.Remove(name);
            }
            return collection as IDocuments<T>
                ?? throw new InvalidOperationException($"The collection {name} holds another type of document.");
        }
    }

    /// <summary>Runs one write after the other, off the caller's thread as it waits for the disk.</summary>
    internal async Task<TResult> InTurnAsync<TResult>(Func<TResult> write, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(write, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Changes the file; in turn only.</summary>
    internal void Commit(string collection, Action<ILiteCollection<BsonDocument>> change)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure != null)
            throw new DocumentStoreException(_path, "no longer written, since an earlier write failed", _failure);
        try
        {
            lock (OneAtATime)
            {
                change(_database.GetCollection(collection));
                // A commit alone is not on the disk when it returns: the log is not synced.
                _database.Checkpoint();
            }
        }
        catch (Exception cause)
        {
            _failure = cause;
            DamagedFiles.Keep(_engine);
            throw new DocumentStoreException(_path, $"cannot be written ({cause.Message})", cause);
        }
    }

    /// <summary>Waits for a write that is going on, and closes the files.</summary>
    public void Dispose()
    {
        _turn.Wait();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            _database.Dispose();
            CloseFiles();
        }
        finally
        {
            _turn.Release();
        }
    }

    DocumentStoreException Damaged(Exception cause) =>
        new(_path, $"damaged, or not a file of this store ({cause.Message})", cause);

    static (SyncedFile Log, SyncedFile Data) Lock(string path)
    {
        SyncedFile? log = null;
        try
        {
            log = new SyncedFile(LogPath(path));
            return (log, new SyncedFile(path, log));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            log?.Dispose();
            throw new DocumentStoreException(path, $"cannot be opened ({cause.Message})", cause);
        }
    }

    // As LiteDB itself names it, so that its tools find it.
    static string LogPath(string path) =>
        Path.ChangeExtension(path, null) + "-log" + Path.GetExtension(path);

    void CloseFiles()
    {
        _data.Dispose();
        _log.Dispose();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]+\z")]
    private static partial Regex CollectionName();
}
