using System.Text;
using Gateway.Core.Storage;

namespace Gateway.Storage.Tests;

/// <summary>What a log gave back when it was opened.</summary>
sealed class ReadBack
{
    public byte[]? Snapshot { get; private set; }

    public List<(long Position, byte[] Record)> Records { get; } = [];

    /// <summary>The records as text.</summary>
    public IEnumerable<string> Texts => Records.Select(record => Encoding.UTF8.GetString(record.Record));

    /// <summary>Opens a log and takes in all that it holds.</summary>
    public static RecordLog Open(string folder, out ReadBack read, RecordLogOptions? options = null)
    {
        var all = read = new ReadBack();
        return RecordLog.Open(folder, all.ReadSnapshot, (position, record) => all.Records.Add((position, record.ToArray())), options ?? new());
    }

    /// <summary>Opens a log, closes it, and tells what it held.</summary>
    public static async Task<ReadBack> FromAsync(string folder, RecordLogOptions? options = null)
    {
        await using (Open(folder, out var read, options))
            return read;
    }

    void ReadSnapshot(Stream content)
    {
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        Snapshot = bytes.ToArray();
    }
}
