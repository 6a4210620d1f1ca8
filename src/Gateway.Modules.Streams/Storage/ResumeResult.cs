namespace Gateway.Modules.Streams.Storage;

/// <summary>Whether a producer may go on with a stream.</summary>
enum ResumeResult
{
    Resumed,

    /// <summary>The stream is not as long as the producer thinks, or longer.</summary>
    WrongOffset,

    /// <summary>It is complete.</summary>
    Complete,

    /// <summary>It has just been deleted or replaced.</summary>
    Gone,
}
