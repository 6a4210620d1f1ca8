namespace Gateway.Modules.JsonStore.Storage;

/// <summary>What a change does. The numbers are those of the log's records.</summary>
enum ChangeKind : byte
{
    /// <summary>Puts a value.</summary>
    Put = 1,

    /// <summary>Removes a value.</summary>
    Delete = 2,

    /// <summary>A JSON Patch.</summary>
    JsonPatch = 3,

    /// <summary>A JSON Merge Patch.</summary>
    MergePatch = 4,

    /// <summary>Changes nothing: a process begins, and numbers its revisions from a number that none before it can have given.</summary>
    Start = 5,
}
