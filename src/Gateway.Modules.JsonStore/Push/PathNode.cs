using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>
/// A path that somebody subscribes to, or that lies on the way to one. What it has in common for all its subscribers,
/// the encoded value above all, is made once.
/// </summary>
/// <param name="parent">The path that is one name shorter; null for the root.</param>
/// <param name="name">Its last name.</param>
sealed class PathNode(PathNode? parent, byte[] name)
{
    // A larger frame is not kept for those who come later: it would stay as long as the path does.
    const int KeptFrameBytes = 16 << 10;

    readonly Lock _gate = new();
    readonly List<PathSubscription> _subscriptions = [];
    JsonValue? _encoded;
    Frame? _single;
    Frame? _multi;
    Frame? _event;

    public PathNode? Parent => parent;

    public byte[] Name => name;

    // Guarded by the index's lock.

    /// <summary>The whole path, once somebody subscribes here.</summary>
    public byte[][] Path { get; set; } = [];

    /// <summary>How many subscriptions there are here.</summary>
    public int Uses { get; set; }

    /// <summary>Whether it waits for its next push.</summary>
    public bool IsQueued { get; set; }

    public Dictionary<byte[], PathNode>? Children { get; set; }

    // From here on guarded by a lock of its own.

    public void Join(PathSubscription subscription)
    {
        lock (_gate)
        {
            subscription.Place = _subscriptions.Count;
            _subscriptions.Add(subscription);
        }
    }

    public void Leave(PathSubscription subscription)
    {
        lock (_gate)
        {
            var last = _subscriptions[^1];
            _subscriptions[subscription.Place] = last;
            last.Place = subscription.Place;
            _subscriptions.RemoveAt(_subscriptions.Count - 1);
        }
    }

    /// <summary>Lets pushes through to a subscription that has been told the value of a revision.</summary>
    /// <returns>Whether there may be something newer to push.</returns>
    public bool Release(PathSubscription subscription, JsonValue told)
    {
        lock (_gate)
        {
            subscription.Told = told;
            return subscription.Release();
        }
    }

    /// <summary>Lets pushes through again to a subscription whose client was not ready.</summary>
    public void Resume(PathSubscription subscription)
    {
        lock (_gate)
            subscription.Resume();
    }

    /// <summary>Gives the newest value to all subscriptions that have been told another one.</summary>
    /// <returns>How many subscriptions are not ready for it.</returns>
    public int Push(DocumentStore store)
    {
        lock (_gate)
        {
            // Read under the lock: pushes of one path go forward only.
            var revision = store.Current;
            var value = ValueAt(revision);
            int postponed = 0;
            JsonValue? compared = null;
            bool isSame = false;
            foreach (var subscription in _subscriptions)
            {
                if (!ReferenceEquals(subscription.Told, compared))
                    (compared, isSame) = (subscription.Told, JsonValue.HaveSameText(subscription.Told, value));
                if (!subscription.TryPush(revision, value, isSame))
                    postponed++;
            }
            if (_single?.Length > KeptFrameBytes || _multi?.Length > KeptFrameBytes || _event?.Length > KeptFrameBytes)
                Forget();
            return postponed;
        }
    }

    /// <summary>Ends the connections of all who subscribe here.</summary>
    public void Fail()
    {
        lock (_gate)
        {
            Forget();
            foreach (var subscription in _subscriptions)
                subscription.Fail();
        }
    }

    /// <summary>The value at this path; where there is none, <c>null</c>, as the protocols know no difference.</summary>
    public JsonValue ValueAt(Revision revision) => revision.Get(Path, out _) ?? JsonScalar.Null;

    /// <summary>The value by itself, for the single-subscription protocol.</summary>
    public Frame SingleFrame(JsonValue value)
    {
        lock (_gate)
        {
            Encode(value);
            return _single ??= Frame.Text(JsonText.Encode(value));
        }
    }

    /// <summary>The value as an update of the multi-subscription protocol.</summary>
    public Frame MultiFrame(JsonValue value)
    {
        lock (_gate)
        {
            Encode(value);
            return _multi ??= Frame.Text(Multi.MultiMessages.Update(Path, value));
        }
    }

    /// <summary>The value as a server-sent event, whose id is the number of a revision that it is of.</summary>
    public Frame EventFrame(Revision revision, JsonValue value)
    {
        lock (_gate)
        {
            Encode(value);
            return _event ??= Frame.Raw([.. System.Text.Encoding.ASCII.GetBytes($"id: {revision.Number}\ndata: "), .. JsonText.Encode(value), .. "\n\n"u8]);
        }
    }

    void Encode(JsonValue value)
    {
        if (ReferenceEquals(_encoded, value))
            return;
        Forget();
        _encoded = value;
    }

    void Forget() => (_encoded, _single, _multi, _event) = (null, null, null, null);
}
