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

    /// <summary>Changes nothing: from here on the document is one that was brought along, which the first snapshot holds.</summary>
    Import = 5,
}
