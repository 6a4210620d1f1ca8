using System.Collections.Concurrent;
using LiteDB.Engine;

namespace Gateway.Core.Storage;

/// <summary>
/// What LiteDB has failed on. Its finalizers throw for what they cannot put right, which would end the process, so an engine
/// that has failed is never collected; and a damaged file is not opened again before it has changed, so that they stay few.
/// </summary>
static class DamagedFiles
{
    static readonly ConcurrentBag<LiteEngine> Engines = [];
    static readonly ConcurrentDictionary<string, (DateTime Written, long Length, Exception Cause)> Files = new();

    public static void Keep(LiteEngine engine) => Engines.Add(engine);

    /// <summary>Remembers a file as it is now.</summary>
    public static void Add(string path, Exception cause)
    {
        var file = new FileInfo(path);
        if (file.Exists)
            Files[file.FullName] = (file.LastWriteTimeUtc, file.Length, cause);
    }

    /// <summary>What is wrong with a file that has not changed since; null if nothing is known.</summary>
    public static Exception? Find(string path)
    {
        var file = new FileInfo(path);
        return Files.TryGetValue(file.FullName, out var found) && file.Exists
            && (file.LastWriteTimeUtc, file.Length) == (found.Written, found.Length) ? found.Cause : null;
    }
}
