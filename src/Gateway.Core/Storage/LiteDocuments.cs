using System.Collections.Immutable;
using System.Text.Json;

namespace Gateway.Core.Storage;

/// <summary>A collection of a <see cref="LiteDocumentStore"/>: what is read comes from memory, which follows the file.</summary>
sealed class LiteDocuments<T> : IDocuments<T> where T : class
{
    readonly LiteDocumentStore _store;
    readonly string _name;
    // Replaced as a whole by the one writer, so that readers need no lock.
    ImmutableSortedSet<Entry> _entries;

    public LiteDocuments(
        LiteDocumentStore store, string name, string path, IReadOnlyList<KeyValuePair<string, string>> stored)
    {
        _store = store;
        _name = name;
        try
        {
            _entries = stored.Select(row => new Entry(row.Key, Read(row.Value))).ToImmutableSortedSet(ByKey.Instance);
        }
        catch (JsonException cause)
        {
            throw new DocumentStoreException(path, $"a document of the collection {name} is no {typeof(T).Name}", cause);
        }
    }

    public int Count => Volatile.Read(ref _entries).Count;

    public T? Find(string key) =>
        Volatile.Read(ref _entries).TryGetValue(new Entry(key, null!), out var entry) ? entry.Document : null;

    public IReadOnlyList<KeyValuePair<string, T>> List(string? after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var entries = Volatile.Read(ref _entries);
        var first = after == null ? 0 : FirstAfter(entries, after);
        var count = Math.Min(limit, entries.Count - first);
        return [.. Enumerable.Range(first, count).Select(index => KeyValuePair.Create(entries[index].Key, entries[index].Document))];
    }

    public Task<bool> InsertAsync(string key, T document, CancellationToken cancellation)
    {
        var row = DocumentRow.Create(key, JsonSerializer.Serialize(document));
        return _store.InTurnAsync(() =>
        {
            if (Find(key) != null)
                return false;
            _store.Commit(_name, rows => rows.Insert(row));
            Volatile.Write(ref _entries, _entries.Add(new Entry(key, document)));
            return true;
        }, cancellation);
    }

    public Task<T?> UpdateAsync(string key, Func<T, T> change, CancellationToken cancellation) =>
        _store.InTurnAsync(() =>
        {
            if (Find(key) is not { } old)
                return null;
            var document = change(old);
            var row = DocumentRow.Create(key, JsonSerializer.Serialize(document));
            _store.Commit(_name, rows => rows.Update(row));
            var entry = new Entry(key, document);
            Volatile.Write(ref _entries, _entries.Remove(entry).Add(entry));
            return document;
        }, cancellation);

    public Task<bool> DeleteAsync(string key, CancellationToken cancellation) =>
        _store.InTurnAsync(() =>
        {
            if (Find(key) == null)
                return false;
            _store.Commit(_name, rows => rows.Delete(DocumentRow.Id(key)));
            Volatile.Write(ref _entries, _entries.Remove(new Entry(key, null!)));
            return true;
        }, cancellation);

    static T Read(string document) => JsonSerializer.Deserialize<T>(document) ?? throw new JsonException("null");

    static int FirstAfter(ImmutableSortedSet<Entry> entries, string key)
    {
        var index = entries.IndexOf(new Entry(key, null!));
        return index < 0 ? ~index : index + 1;
    }

    readonly record struct Entry(string Key, T Document);

    sealed class ByKey : IComparer<Entry>
    {
        public static readonly ByKey Instance = new();

        public int Compare(Entry x, Entry y) => string.CompareOrdinal(x.Key, y.Key);
    }
}
