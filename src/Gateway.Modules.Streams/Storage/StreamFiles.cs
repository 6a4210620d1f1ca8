using Gateway.Core.Tenants;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// The files of the streams, all in one folder. Their names are made here and owe nothing to an id. A stream that has
/// just become complete has a mark beside its file until the database says so as well.
/// </summary>
sealed class StreamFiles(string folder, StorageQuota quota)
{
    const string DataSuffix = ".bytes";
    const string MarkSuffix = ".complete";
    const FileShare Sharing = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>A name that no file has had.</summary>
    public static string NewName() => Guid.CreateVersion7().ToString("n");

    /// <summary>What the tenant may keep, of which every byte of a stream is a part.</summary>
    public StorageQuota Quota => quota;

    public string PathOf(string name) => Path.Combine(folder, name + DataSuffix);

    /// <summary>Makes a file, to be appended to.</summary>
    public SafeFileHandle Create(string name)
    {
        var handle = File.OpenHandle(PathOf(name), FileMode.CreateNew, FileAccess.ReadWrite, Sharing);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return handle;
    }

    /// <summary>Opens a file to go on after a length.</summary>
    public SafeFileHandle OpenToAppend(string name, long length)
    {
        var handle = File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, Sharing);
        RandomAccess.SetLength(handle, length);
        return handle;
    }

    public void MarkComplete(string name) => File.OpenHandle(MarkOf(name), FileMode.Create, FileAccess.Write).Dispose();

    public bool IsMarkedComplete(string name) => File.Exists(MarkOf(name));

    public void Unmark(string name) => File.Delete(MarkOf(name));

    /// <summary>Waits until the bytes of a stream are on the disk, whatever happens to the machine.</summary>
    public void Sync(string name)
    {
        using var handle = File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, Sharing);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Deletes a stream's file; whoever reads it goes on reading.</summary>
    public void Delete(string name)
    {
        File.Delete(PathOf(name));
        Unmark(name);
    }

    /// <summary>The length of a file and when it was last written; null if it is not there.</summary>
    public (long Length, DateTime Written)? Look(string name)
    {
        var file = new FileInfo(PathOf(name));
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>Deletes what belongs to no stream: a crash may leave it behind.</summary>
    public int DeleteOthers(IReadOnlySet<string> names)
    {
        int deleted = 0;
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            if (Path.GetExtension(path) is not (DataSuffix or MarkSuffix) || names.Contains(Path.GetFileNameWithoutExtension(path)))
                continue;
            File.Delete(path);
            deleted++;
        }
        return deleted;
    }

    string MarkOf(string name) => Path.Combine(folder, name + MarkSuffix);
}
