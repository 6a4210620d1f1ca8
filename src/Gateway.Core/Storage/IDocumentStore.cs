namespace Gateway.Core.Storage;

/// <summary>
/// The small things that are kept beside the logs, such as accounts: collections of documents by key. Meant for what is
/// read often and written rarely: every document is held in memory, and a write waits for the disk.
/// </summary>
public interface IDocumentStore : IDisposable
{
    /// <summary>A collection; empty if there is none of the name yet.</summary>
    /// <typeparam name="T">
    /// What it holds: a type that System.Text.Json reads and writes. Readers share the instances, so it should be immutable.
    /// </typeparam>
    /// <param name="name">Letters, digits and <c>_</c>; always used with the same <typeparamref name="T"/>.</param>
    /// <exception cref="DocumentStoreException">What is stored is no <typeparamref name="T"/>.</exception>
    IDocuments<T> Collection<T>(string name) where T : class;
}
