using Microsoft.Win32.SafeHandles;

namespace Gateway.Modules.Streams.Storage;

/// <summary>Reads a compressed file back before it takes the place of the plain one, of which there is no other copy.</summary>
static class GzipCheck
{
    const int PieceBytes = 64 * 1024;

    /// <summary>Compares both, byte for byte.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void Compare(SafeFileHandle plain, long length, SharedFile compressed, CancellationToken cancellation)
    {
        using var content = new StoredFile(compressed, StoredForm.Gzip, new FileInfo(compressed.Path).Length).Open();
        byte[] expected = new byte[PieceBytes];
        byte[] found = new byte[PieceBytes];
        for (long at = 0; at < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = content.Read(found, at);
            if (read == 0 || !ReadsSame(plain, expected.AsSpan(0, read), found.AsSpan(0, read), at))
                throw new InvalidDataException("A compressed file is not what was compressed.");
            at += read;
        }
    }

    static bool ReadsSame(SafeFileHandle plain, Span<byte> expected, ReadOnlySpan<byte> found, long position)
    {
        for (int done = 0; done < expected.Length;)
        {
            int read = RandomAccess.Read(plain, expected[done..], position + done);
            if (read == 0)
                return false;
            done += read;
        }
        return expected.SequenceEqual(found);
    }
}
