using System.Collections.Concurrent;

namespace Gateway.Core.Auth;

/// <summary>
/// Who the tokens seen lately belong to. It holds so many and no more: the one that has not been asked for goes first.
/// Reading takes no lock. Thread-safe.
/// </summary>
sealed class TokenCache(int capacity = TokenCache.DefaultCapacity)
{
    public const int DefaultCapacity = 10_000;

    readonly ConcurrentDictionary<TokenHash, Entry> _entries = new();
    readonly LinkedList<Entry> _oldestFirst = new();
    readonly Lock _changing = new();

    public int Count => _entries.Count;

    /// <summary>The identity of a token, added under the same generation; whether its time has come or is over is not looked at.</summary>
    public Identity? Find(TokenHash key, int generation)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.Generation != generation)
            return null;
        if (!entry.Used)
            entry.Used = true;
        return entry.Identity;
    }

    /// <summary>Adds an identity.</summary>
    public void Add(TokenHash key, Identity identity, int generation)
    {
        lock (_changing)
        {
            if (_entries.TryGetValue(key, out var known))
                Drop(known);
            var entry = new Entry(key, identity, generation);
            _entries[key] = entry;
            _oldestFirst.AddLast(entry.Node);
            while (_oldestFirst.Count > capacity)
                DropOne();
        }
    }

    /// <summary>Forgets a token whose time is over.</summary>
    public void Forget(TokenHash key)
    {
        lock (_changing)
        {
            if (_entries.TryGetValue(key, out var entry))
                Drop(entry);
        }
    }

    // The oldest goes, but one that was asked for since it was last looked at gets a second life.
    void DropOne()
    {
        while (_oldestFirst.First!.Value is { Used: true } used)
        {
            used.Used = false;
            _oldestFirst.Remove(used.Node);
            _oldestFirst.AddLast(used.Node);
        }
        Drop(_oldestFirst.First.Value);
    }

    void Drop(Entry entry)
    {
        _entries.TryRemove(entry.Key, out _);
        _oldestFirst.Remove(entry.Node);
    }

    sealed class Entry
    {
        public Entry(TokenHash key, Identity identity, int generation)
        {
            (Key, Identity, Generation) = (key, identity, generation);
            Node = new(this);
        }

        public TokenHash Key { get; }
        public Identity Identity { get; }
        public int Generation { get; }
        public LinkedListNode<Entry> Node { get; }
        public bool Used { get; set; }
    }
}
