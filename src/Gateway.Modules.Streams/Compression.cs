namespace Gateway.Modules.Streams;

/// <summary>How streams that have become complete are stored.</summary>
public enum Compression
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>Compressed, in files that can be sent as they are to clients that accept gzip.</summary>
    Gzip,
}
