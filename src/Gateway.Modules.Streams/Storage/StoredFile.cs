namespace Gateway.Modules.Streams.Storage;

/// <summary>The file that holds a stream's bytes at the moment.</summary>
/// <param name="File">The file.</param>
/// <param name="Form">How the bytes are in it.</param>
/// <param name="Bytes">How large it is where it is compressed; else the stream knows.</param>
/// <param name="MemberBytes">How many of them are the gzip member.</param>
sealed record StoredFile(SharedFile File, StoredForm Form, long Bytes = 0, long MemberBytes = 0)
{
    public bool IsGzip => Form == StoredForm.Gzip;

    /// <summary>Opens the stream's bytes for one more reader.</summary>
    /// <exception cref="FileNotFoundException">It has been deleted, or replaced by one in another form.</exception>
    public ContentReader Open()
    {
        var reader = File.Open();
        return new(reader, IsGzip ? new GzipReader(reader, Bytes) : null);
    }
}
