namespace Gateway.Modules.Events.Streaming;

/// <summary>Where a stream begins.</summary>
/// <param name="Place">Behind this place in the order of what has fired; null = behind what has fired until now.</param>
/// <param name="Sync">What is sent first where there is no place.</param>
/// <param name="IsGap">Whether the client is told that it has missed events.</param>
/// <param name="Cursor">What is answered to the id that the client presented; null if it presented none.</param>
sealed record StreamStart(long? Place, SyncMode Sync, bool IsGap, string? Cursor)
{
    /// <summary>What fires from now on, behind what there is to begin with.</summary>
    public static StreamStart Now(SyncMode sync) => new(null, sync, false, null);

    /// <summary>What has fired behind a place.</summary>
    public static StreamStart At(long place, SyncMode sync) => new(place, sync, false, null);

    /// <summary>What the client has seen last is not known, or too far back: it gets the latest values in any case.</summary>
    public static StreamStart Gap(SyncMode sync) => new(null, sync == SyncMode.None ? SyncMode.Latest : sync, true, "earliest");
}
