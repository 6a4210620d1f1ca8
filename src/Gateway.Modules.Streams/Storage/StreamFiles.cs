using Gateway.Core.Tenants;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// The files of the streams, all in one folder. Their names are made here and owe nothing to an id. A stream that has
/// just become complete has a mark beside its file until the database says so as well. One that is compressed has another
/// file in the place of the plain one.
/// </summary>
sealed class StreamFiles(string folder, StorageQuota quota)
{
    const string DataSuffix = ".bytes";
    const string GzipSuffix = ".gzip";
    const string UnfinishedSuffix = ".unfinished";
    const string MarkSuffix = ".complete";
    const FileShare Sharing = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>A name that no file has had.</summary>
    public static string NewName() => Guid.CreateVersion7().ToString("n");

    /// <summary>What the tenant may keep, of which every byte of a stream is a part.</summary>
    public StorageQuota Quota => quota;

    /// <summary>The file of a stream as it is recorded.</summary>
    /// <exception cref="InvalidDataException">It is not what is recorded.</exception>
    public StoredFile Stored(string name, StoredForm form)
    {
        if (form != StoredForm.Gzip)
            return new(new SharedFile(PlainOf(name)), form);
        var file = new SharedFile(GzipOf(name));
        using var reader = file.Open();
        var lengths = GzipFile.ReadTail(reader.Handle) ?? throw new InvalidDataException("A compressed file has no end.");
        return new(file, form, RandomAccess.GetLength(reader.Handle), lengths.Member);
    }

    /// <summary>
    /// Compresses the file of a complete stream into another, which is on the disk, and has been read back, when this
    /// returns; the plain one stays.
    /// </summary>
    /// <returns>False, and there is no other, where that saves less than a twentieth.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="InvalidDataException">What was read back is not what was written.</exception>
    public bool Compress(string name, long length, CancellationToken cancellation)
    {
        string unfinished = Path.Combine(folder, name + UnfinishedSuffix);
        try
        {
            using (var plain = File.OpenHandle(PlainOf(name), FileMode.Open, FileAccess.Read, Sharing))
            using (var output = new FileStream(unfinished, Unfinished))
            {
                GzipFile.Write(plain, length, output, cancellation);
                if (output.Length > length - (length / 20))
                    return false;
                output.Flush(flushToDisk: true);
                GzipCheck.Compare(plain, length, new SharedFile(unfinished), cancellation);
            }
            File.Move(unfinished, GzipOf(name));
            return true;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Deletes the plain file of a stream that is compressed; whoever reads it goes on reading.</summary>
    public void DeletePlain(string name) => File.Delete(PlainOf(name));

    /// <summary>Makes a file, to be appended to.</summary>
    public SafeFileHandle Create(string name)
    {
        var handle = File.OpenHandle(PlainOf(name), FileMode.CreateNew, FileAccess.ReadWrite, Sharing);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return handle;
    }

    /// <summary>Opens a file to go on after a length.</summary>
    public SafeFileHandle OpenToAppend(string name, long length)
    {
        var handle = File.OpenHandle(PlainOf(name), FileMode.Open, FileAccess.ReadWrite, Sharing);
        RandomAccess.SetLength(handle, length);
        return handle;
    }

    public void MarkComplete(string name) => File.OpenHandle(MarkOf(name), FileMode.Create, FileAccess.Write).Dispose();

    public bool IsMarkedComplete(string name) => File.Exists(MarkOf(name));

    public void Unmark(string name) => File.Delete(MarkOf(name));

    /// <summary>Waits until the bytes of a stream are on the disk, whatever happens to the machine.</summary>
    public void Sync(string name)
    {
        using var handle = File.OpenHandle(PlainOf(name), FileMode.Open, FileAccess.ReadWrite, Sharing);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Deletes a stream's file; whoever reads it goes on reading.</summary>
    public void Delete(string name)
    {
        File.Delete(PlainOf(name));
        File.Delete(GzipOf(name));
        Unmark(name);
    }

    /// <summary>The length of a plain file and when it was last written; null if it is not there.</summary>
    public (long Length, DateTime Written)? Look(string name)
    {
        var file = new FileInfo(PlainOf(name));
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>Deletes what belongs to no stream, or is not the form in which one is recorded: a crash may leave it behind.</summary>
    public int DeleteOthers(IReadOnlyDictionary<string, StoredForm> kept)
    {
        int deleted = 0;
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string suffix = Path.GetExtension(path);
            if (suffix is not (DataSuffix or GzipSuffix or UnfinishedSuffix or MarkSuffix))
                continue;
            bool isKept = kept.TryGetValue(Path.GetFileNameWithoutExtension(path), out var form)
                && (suffix == MarkSuffix || suffix == (form == StoredForm.Gzip ? GzipSuffix : DataSuffix));
            if (isKept)
                continue;
            File.Delete(path);
            deleted++;
        }
        return deleted;
    }

    static FileStreamOptions Unfinished
    {
        get
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = Sharing, BufferSize = 64 * 1024 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return options;
        }
    }

    string PlainOf(string name) => Path.Combine(folder, name + DataSuffix);

    string GzipOf(string name) => Path.Combine(folder, name + GzipSuffix);

    string MarkOf(string name) => Path.Combine(folder, name + MarkSuffix);
}
