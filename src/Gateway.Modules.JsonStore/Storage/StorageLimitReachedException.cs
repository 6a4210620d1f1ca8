namespace Gateway.Modules.JsonStore.Storage;

/// <summary>The tenant keeps as much on the disk as it may.</summary>
sealed class StorageLimitReachedException : Exception;
