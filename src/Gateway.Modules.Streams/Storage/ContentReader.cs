namespace Gateway.Modules.Streams.Storage;

/// <summary>One reader's hold on a stream's bytes, however they are stored; to be disposed of once.</summary>
readonly struct ContentReader(SharedFile.Reader file, GzipReader? gzip) : IDisposable
{
    /// <summary>Reads at a position of the stream, as much as there is and fits.</summary>
    public int Read(Span<byte> buffer, long position) => gzip?.Read(buffer, position) ?? file.Read(buffer, position);

    /// <inheritdoc/>
    public void Dispose()
    {
        gzip?.Dispose();
        file.Dispose();
    }
}
