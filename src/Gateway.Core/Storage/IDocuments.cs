namespace Gateway.Core.Storage;

/// <summary>
/// Documents by key. Keys are compared as they are, case included. Safe for concurrent callers: reads never wait, writes
/// go one after the other, and each is on the disk when its task ends, even if the power fails right after.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
public interface IDocuments<T> where T : class
{
    /// <summary>How many documents there are.</summary>
    int Count { get; }

    /// <summary>The document of a key; null if there is none.</summary>
    T? Find(string key);

    /// <summary>A page of documents in the order of their keys.</summary>
    /// <param name="after">The last key of the page before; null for the first page. It need not exist any more.</param>
    /// <param name="limit">The size of a page.</param>
    IReadOnlyList<KeyValuePair<string, T>> List(string? after, int limit);

    /// <summary>Adds a document unless there is one of the key; returns whether it did.</summary>
    /// <exception cref="DocumentStoreException">It could not be written; whether it will be there after a restart is unknown.</exception>
    Task<bool> InsertAsync(string key, T document, CancellationToken cancellation = default);

    /// <summary>Replaces a document by what <paramref name="change"/> makes of it; returns that, or null if there is none of the key.</summary>
    /// <param name="key">The document's key.</param>
    /// <param name="change">Called once, while no other write is going on.</param>
    /// <param name="cancellation">Ends the wait for other writes.</param>
    /// <exception cref="DocumentStoreException">It could not be written; which of the two will be there after a restart is unknown.</exception>
    Task<T?> UpdateAsync(string key, Func<T, T> change, CancellationToken cancellation = default);

    /// <summary>Removes a document; returns whether there was one.</summary>
    /// <exception cref="DocumentStoreException">It could not be written; whether it is gone after a restart is unknown.</exception>
    Task<bool> DeleteAsync(string key, CancellationToken cancellation = default);
}
