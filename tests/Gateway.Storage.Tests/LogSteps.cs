using System.Text;
using Gateway.Core.Storage;

namespace Gateway.Storage.Tests;

static class LogSteps
{
    public static long Append(this RecordLog log, string record) => log.Append(Encoding.UTF8.GetBytes(record));

    public static async Task AppendDurablyAsync(this RecordLog log, params string[] records)
    {
        foreach (string record in records)
            await log.WhenDurableAsync(log.Append(record));
    }

    public static Task SnapshotAsync(this RecordLog log, long position, string content) =>
        log.SnapshotAsync(position, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(content)).AsTask());

    public static string[] Segments(string folder) => Files(folder, "*.log");

    public static string[] Snapshots(string folder) => Files(folder, "*.snapshot");

    /// <summary>All files of a log, the lock left out, and what they hold.</summary>
    public static Dictionary<string, string> Contents(string folder) =>
        Directory.GetFiles(folder).Where(file => Path.GetFileName(file) != "lock").ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(file)));

    static string[] Files(string folder, string pattern) => [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)];
}
