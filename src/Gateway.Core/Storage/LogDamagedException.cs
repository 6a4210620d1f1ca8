namespace Gateway.Core.Storage;

/// <summary>
/// A file of a log is damaged, or records are missing where later ones are there. The log was not opened and nothing in
/// its folder was changed. The message names file and offset.
/// </summary>
public sealed class LogDamagedException : IOException
{
    internal LogDamagedException(string file, long offset, string wrong) : base($"{file}: damaged at offset {offset}: {wrong}") =>
        (File, Offset) = (file, offset);

    /// <summary>The path of the file.</summary>
    public string File { get; }

    /// <summary>Where in the file the damage begins, in bytes.</summary>
    public long Offset { get; }
}
