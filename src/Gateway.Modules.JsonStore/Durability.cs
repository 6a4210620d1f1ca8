namespace Gateway.Modules.JsonStore;

/// <summary>What a durable write waits for.</summary>
public enum Durability
{
    /// <summary>Until it is fsynced: it survives the loss of power.</summary>
    Commit,

    /// <summary>Until it is the operating system's, which is told to sync every <see cref="JsonStoreOptions.SyncInterval"/>: it survives the end of the process.</summary>
    Interval,
}
