using System.Collections.Immutable;

namespace Gateway.Modules.Streams.Storage;

/// <summary>Those who want to know of changes of all streams. Thread-safe.</summary>
sealed class Watchers
{
    ImmutableArray<Action<ByteStream>> _all = [];

    /// <summary>How many there are.</summary>
    public int Count => _all.Length;

    /// <summary>Calls <paramref name="changed"/>, which must return at once, for every change from now on, until disposed of.</summary>
    public IDisposable Add(Action<ByteStream> changed)
    {
        ImmutableInterlocked.Update(ref _all, all => all.Add(changed));
        return new Watch(this, changed);
    }

    /// <summary>A stream has changed: it has begun, grown or ended.</summary>
    public void Changed(ByteStream stream)
    {
        foreach (var changed in _all)
            changed(stream);
    }

    sealed class Watch(Watchers watchers, Action<ByteStream> changed) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref watchers._all, all => all.Remove(changed));
    }
}
