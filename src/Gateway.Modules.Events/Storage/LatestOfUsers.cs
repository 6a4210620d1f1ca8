using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// The latest of each user's events that have fired, for each collection and name, as <see cref="LatestEvents"/> has it. One
/// that is no longer kept is not replaced by an older one. Not thread-safe.
/// </summary>
sealed class LatestOfUsers
{
    readonly Dictionary<Guid, Dictionary<(Guid Collection, string Name), EventRecord>> _users = [];

    public IEnumerable<EventRecord> Of(Guid user) => _users.TryGetValue(user, out var latest) ? latest.Values : [];

    /// <summary>Takes in an event that has fired.</summary>
    public void Show(EventRecord record)
    {
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, record.UserId, out _);
        ref var shown = ref CollectionsMarshal.GetValueRefOrAddDefault(latest ??= [], (record.CollectionId, record.Name), out _);
        if (shown == null || record.IsLaterThan(shown))
            shown = record;
    }

    public void Remove(EventRecord record)
    {
        if (!_users.TryGetValue(record.UserId, out var latest) || latest.GetValueOrDefault((record.CollectionId, record.Name)) != record)
            return;
        latest.Remove((record.CollectionId, record.Name));
        if (latest.Count == 0)
            _users.Remove(record.UserId);
    }
}
