using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Core.Storage;

/// <summary>All that a log does to the disk to change it. Tests derive from it to let the disk fail or forget.</summary>
class LogFiles
{
    const int OpenReadOnlyCloseOnExec = 0x80000;
    const int InvalidArgument = 22;

    /// <summary>Makes a file, empty whatever was there before, that only the gateway's own user may read.</summary>
    public virtual SafeFileHandle Create(string path)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>Opens a file that exists, to change it.</summary>
    public virtual SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) =>
        RandomAccess.Write(file, buffers, offset);

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Returns once the file's bytes are on the disk. After a failure nothing is known of those since the last success.</summary>
    public virtual void Sync(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>Gives a file another name, in place of the one that had it.</summary>
    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Returns once the names in a folder are on the disk: a file's own fsync does not bring its name there.</summary>
    public virtual void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int folder = OpenFolder(path, OperatingSystem.IsLinux() ? OpenReadOnlyCloseOnExec : 0);
        if (folder < 0)
            throw Failure(path);
        try
        {
            // Some file systems have nothing to sync here and say so.
            if (SyncDescriptor(folder) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
                throw Failure(path);
        }
        finally
        {
            _ = CloseDescriptor(folder);
        }
    }

    static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int OpenFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int SyncDescriptor(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    static extern int CloseDescriptor(int descriptor);
}
