using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;

namespace Gateway.Core.Redis;

/// <summary>Who subscribes to which name, of all tenants and modules. Thread-safe.</summary>
sealed class RedisSubscribers
{
    readonly ConcurrentDictionary<string, ImmutableArray<RedisSubscriber>> _byName = new(StringComparer.Ordinal);

    /// <summary>From now on the subscriber gets what comes for the name, which has its prefix.</summary>
    public void Add(string name, RedisSubscriber subscriber) =>
        _byName.AddOrUpdate(name, [subscriber], (_, others) => others.Add(subscriber));

    /// <summary>It gets no more, whatever still comes.</summary>
    public void Remove(string name, RedisSubscriber subscriber)
    {
        subscriber.HasLeft = true;
        var rest = _byName.AddOrUpdate(name, [], (_, all) => all.Remove(subscriber));
        if (rest.IsEmpty)
            _byName.TryRemove(new(name, rest));
    }

    /// <summary>Gives a message to all who subscribe to its name; false if there is none.</summary>
    public bool TryDeliver(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        if (!_byName.TryGetValue(Encoding.UTF8.GetString(name), out var subscribers) || subscribers.IsEmpty)
            return false;
        byte[] kept = payload.ToArray();
        foreach (var subscriber in subscribers)
            subscriber.Inbox.Add(subscriber, kept);
        return true;
    }
}
