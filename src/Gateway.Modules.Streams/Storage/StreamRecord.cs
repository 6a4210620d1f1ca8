namespace Gateway.Modules.Streams.Storage;

/// <summary>What the database knows of a stream, by its id.</summary>
/// <param name="File">The name of the file that holds its bytes.</param>
/// <param name="Metadata">The producer's metadata as JSON; null if it gave none.</param>
/// <param name="Created">When it was created, in UTC.</param>
/// <param name="State">Its state. A stream that the database has as active is found aborted at the start.</param>
/// <param name="Length">Its length where it is complete; else the file tells.</param>
/// <param name="Ended">When it ended, in UTC.</param>
/// <param name="Form">How the bytes are stored.</param>
sealed record StreamRecord(
    string File, string? Metadata, DateTime Created, StreamState State, long Length, DateTime? Ended, StoredForm Form = StoredForm.Plain);
