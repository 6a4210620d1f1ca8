using Microsoft.Win32.SafeHandles;

namespace Gateway.Modules.Streams.Storage;

/// <summary>A file that is open as long as somebody reads it: one descriptor, however many do. Thread-safe.</summary>
sealed class SharedFile(string path)
{
    readonly Lock _gate = new();
    SafeFileHandle? _handle;
    int _readers;

    /// <summary>Its path.</summary>
    public string Path => path;

    /// <summary>Opens it for one more reader.</summary>
    /// <exception cref="FileNotFoundException">It has been deleted.</exception>
    public Reader Open()
    {
        lock (_gate)
        {
            _handle ??= File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _readers++;
            return new Reader(this, _handle);
        }
    }

    void Close()
    {
        lock (_gate)
        {
            if (--_readers > 0)
                return;
            _handle!.Dispose();
            _handle = null;
        }
    }

    /// <summary>One reader's hold on the file, to be disposed of once.</summary>
    public readonly struct Reader(SharedFile file, SafeFileHandle handle) : IDisposable
    {
        /// <summary>The file, open as long as this is not disposed of.</summary>
        public SafeFileHandle Handle => handle;

        /// <summary>Reads at a position, as much as there is and fits.</summary>
        public int Read(Span<byte> buffer, long position) => RandomAccess.Read(handle, buffer, position);

        /// <inheritdoc/>
        public void Dispose() => file.Close();
    }
}
