namespace Gateway.Modules.Events;

/// <summary>What a newcomer on the stream gets before what fires from now on.</summary>
public enum SyncMode
{
    /// <summary>The latest event of each name.</summary>
    Latest,

    /// <summary>The latest event of each name in each collection.</summary>
    Collections,

    /// <summary>Nothing.</summary>
    None,
}
