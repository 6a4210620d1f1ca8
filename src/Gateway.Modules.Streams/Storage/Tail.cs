namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// Those who have read all that there is of a stream and wait for more. A change takes one wake-up, of a thread that serves
/// them all one after the other; or none where just one waits, which whoever changes the stream then serves itself. So
/// none of them may block. Thread-safe.
/// </summary>
sealed class Tail : IThreadPoolWorkItem
{
    readonly Lock _gate = new();
    List<TailWaiter> _waiting = [];
    List<TailWaiter>? _spare;
    bool _scheduled;

    /// <summary>Waits for a change, unless something has changed already.</summary>
    /// <param name="waiter">The caller's place.</param>
    /// <param name="state">What <paramref name="hasChanged"/> gets.</param>
    /// <param name="hasChanged">Asked under the lock, so that no change is missed.</param>
    public ValueTask WaitAsync<T>(TailWaiter waiter, T state, Func<T, bool> hasChanged)
    {
        lock (_gate)
        {
            if (waiter.IsCancelled || hasChanged(state))
                return ValueTask.CompletedTask;
            waiter.Index = _waiting.Count;
            _waiting.Add(waiter);
            return waiter.Begin();
        }
    }

    /// <summary>Something has changed: whoever waits is woken, on the caller's thread if it is just one, else on another.</summary>
    public void Wake()
    {
        bool isOne;
        lock (_gate)
        {
            if (_scheduled || _waiting.Count == 0)
                return;
            isOne = _waiting.Count == 1;
            _scheduled = !isOne;
        }
        if (isOne)
            Run();
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends a wait, and every later one of this waiter.</summary>
    public void Cancel(TailWaiter waiter)
    {
        lock (_gate)
        {
            waiter.IsCancelled = true;
            if (waiter.Index < 0)
                return;
            var last = _waiting[^1];
            _waiting[waiter.Index] = last;
            last.Index = waiter.Index;
            _waiting.RemoveAt(_waiting.Count - 1);
            waiter.Index = -1;
        }
        waiter.Complete();
    }

    void IThreadPoolWorkItem.Execute() => Run();

    void Run()
    {
        List<TailWaiter> woken;
        lock (_gate)
        {
            _scheduled = false;
            (woken, _waiting, _spare) = (_waiting, _spare ?? [], null);
            foreach (var waiter in woken)
                waiter.Index = -1;
        }
        foreach (var waiter in woken)
            waiter.Complete();
        woken.Clear();
        lock (_gate)
            _spare = woken;
    }
}
