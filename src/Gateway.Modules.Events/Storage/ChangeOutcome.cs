namespace Gateway.Modules.Events.Storage;

/// <summary>What became of a change.</summary>
enum ChangeOutcome
{
    /// <summary>It is made, or was already.</summary>
    Done,

    /// <summary>There is no such event.</summary>
    NotFound,

    /// <summary>The event is another user's.</summary>
    NotOwner,

    /// <summary>The event has fired or was cancelled.</summary>
    NotPending,

    /// <summary>The key was used for another event.</summary>
    KeyReused,

    /// <summary>It is larger than one record of the log may be.</summary>
    TooLarge,

    /// <summary>The tenant may not keep more bytes.</summary>
    StorageFull,
}
