using System.Collections.Concurrent;

namespace Gateway.Core.Auth;

/// <summary>
/// Who the tokens seen lately belong to. It holds so many and no more: the one that has not been asked for goes first.
/// Reading takes no lock. Thread-safe.
/// </summary>
sealed class TokenCache(int capacity = TokenCache.DefaultCapacity)
{
    public const int DefaultCapacity = 10_000;

    readonly ConcurrentDictionary<TokenKey, Entry> _entries = new();
    readonly LinkedList<Entry> _oldestFirst = new();
    readonly Lock _changing = new();
    int _removals;

    public int Count => _entries.Count;

    /// <summary>Counts what was taken back; whoever adds an identity says what it was before the token was looked at.</summary>
    public int Removals => Volatile.Read(ref _removals);

    /// <summary>The identity of a token, added under the same generation; whether its time has come or is over is not looked at.</summary>
    public Identity? Find(TokenKey key, int generation)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.Generation != generation)
            return null;
        if (!entry.Used)
            entry.Used = true;
        return entry.Identity;
    }

    /// <summary>Adds an identity, unless something was taken back since its token was looked at: it might be this one.</summary>
    public void Add(TokenKey key, Identity identity, int generation, int removals)
    {
        lock (_changing)
        {
            if (_removals != removals)
                return;
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
    public void Forget(TokenKey key)
    {
        lock (_changing)
        {
            if (_entries.TryGetValue(key, out var entry))
                Drop(entry);
        }
    }

    /// <summary>Takes a token back.</summary>
    public void Remove(TokenKey key)
    {
        lock (_changing)
        {
            _removals++;
            if (_entries.TryGetValue(key, out var entry))
                Drop(entry);
        }
    }

    /// <summary>Takes all tokens of a user back.</summary>
    public void RemoveSubject(string subject)
    {
        lock (_changing)
        {
            _removals++;
            foreach (var entry in _entries.Values.Where(entry => entry.Identity.Subject == subject))
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
        public Entry(TokenKey key, Identity identity, int generation)
        {
            (Key, Identity, Generation) = (key, identity, generation);
            Node = new(this);
        }

        public TokenKey Key { get; }
        public Identity Identity { get; }
        public int Generation { get; }
        public LinkedListNode<Entry> Node { get; }
        public bool Used { get; set; }
    }
}
