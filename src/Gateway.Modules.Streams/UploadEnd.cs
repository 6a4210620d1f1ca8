namespace Gateway.Modules.Streams;

/// <summary>How a request's body ended.</summary>
enum UploadEnd
{
    /// <summary>It is stored to its end.</summary>
    Whole,

    /// <summary>The producer vanished, broke the protocol, or its connection was ended.</summary>
    Broken,

    /// <summary>The stream was replaced, deleted, expired or resumed by another.</summary>
    Taken,

    /// <summary>It is longer than a stream may be.</summary>
    TooLong,

    /// <summary>The disk is full, or failed.</summary>
    NotStored,

    /// <summary>The tenant may keep no more.</summary>
    NoRoom,
}
