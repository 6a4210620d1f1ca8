namespace Gateway.Modules.JsonStore.Storage;

/// <summary>What became of a change.</summary>
enum WriteOutcome
{
    /// <summary>It is applied.</summary>
    Applied,

    /// <summary>The value at its path is not as the client asked; nothing was changed.</summary>
    PreconditionFailed,

    /// <summary>The tenant keeps as much on the disk as it may; nothing was changed.</summary>
    StorageFull,
}

/// <summary>What became of a change, and what is at its path now.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Position">The position of the log from which on it is kept.</param>
/// <param name="Changed">The revision that put the value at the path there; null if there is none.</param>
readonly record struct WriteResult(WriteOutcome Outcome, long Position, long? Changed);
