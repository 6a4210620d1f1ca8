namespace Gateway.Core.Storage;

/// <summary>A store that cannot be opened, read or written; the message begins with the path of its file.</summary>
public sealed class DocumentStoreException : IOException
{
    internal DocumentStoreException(string path, string wrong, Exception? cause = null) : base($"{path}: {wrong}", cause)
    {
    }
}
