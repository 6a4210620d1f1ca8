namespace Gateway.Core.Connections.Transports;

/// <summary>
/// One thread that sends for its share of the connections. Work that is posted while it sends is joined: at low rates
/// a write carries one frame, at high rates dozens, without a timer.
/// </summary>
/// <param name="index">Which of the loops it is.</param>
abstract class SenderLoop(int index) : IDisposable
{
    /// <summary>How many bytes are joined into one write at most.</summary>
    public const int WriteBytes = 64 * 1024;

    readonly Lock _gate = new();
    List<ISendWork> _posted = [];
    List<ISendWork> _running = [];
    bool _resting;

    /// <summary>Which of the loops it is.</summary>
    public int Index { get; } = index;

    /// <summary>For bytes that are needed no longer than one piece of work takes: the loop's thread alone uses it.</summary>
    public byte[] Buffer { get; } = new byte[WriteBytes];

    /// <summary>Has the work run soon. Whoever posts makes sure not to post the same work again before it ran.</summary>
    public void Post(ISendWork work)
    {
        lock (_gate)
        {
            _posted.Add(work);
            if (!_resting)
                return;
            _resting = false;
        }
        Wake();
    }

    /// <summary>Ends the thread after the work that runs.</summary>
    public abstract void Dispose();

    /// <summary>The thread rests, and is to go on: called once for each rest, on any thread.</summary>
    protected abstract void Wake();

    /// <summary>The thread is about to rest, and is woken by the next post. False if there is something to do already.</summary>
    protected bool TryRest()
    {
        lock (_gate)
            return _resting = _posted.Count == 0;
    }

    /// <summary>The thread goes on, whatever the reason.</summary>
    protected void EndRest()
    {
        lock (_gate)
            _resting = false;
    }

    /// <summary>Runs what has been posted until now.</summary>
    protected void RunPosted()
    {
        lock (_gate)
            (_posted, _running) = (_running, _posted);
        foreach (var work in _running)
            work.Send(this);
        _running.Clear();
    }
}
