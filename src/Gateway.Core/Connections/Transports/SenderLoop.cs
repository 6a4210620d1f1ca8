namespace Gateway.Core.Connections.Transports;

/// <summary>Something that has bytes to send: a connection with a queue, or a topic's part on this loop.</summary>
interface ISendWork
{
    /// <summary>Sends what waits now. Runs on the loop's thread; must neither block nor run foreign code.</summary>
    void Send(SenderLoop loop);
}

/// <summary>
/// One thread that sends for its share of the connections. Work that is posted while it sends is joined: at low rates
/// a write carries one frame, at high rates dozens, without a timer.
/// </summary>
sealed class SenderLoop : IDisposable
{
    /// <summary>How many bytes are joined into one write at most.</summary>
    public const int WriteBytes = 64 * 1024;

    readonly object _gate = new();
    readonly Thread _thread;
    List<ISendWork> _posted = [];
    List<ISendWork> _running = [];
    bool _waiting;
    bool _stopped;

    public SenderLoop(int index)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"gateway-sender-{index}" };
        _thread.Start();
    }

    /// <summary>Where joined writes are built: the loop's thread alone uses it.</summary>
    public byte[] Buffer { get; } = new byte[WriteBytes];

    /// <summary>Has the work run soon. Whoever posts makes sure not to post the same work again before it ran.</summary>
    public void Post(ISendWork work)
    {
        lock (_gate)
        {
            _posted.Add(work);
            if (!_waiting)
                return;
            _waiting = false;
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    void Run()
    {
        while (TakePosted())
        {
            foreach (var work in _running)
                work.Send(this);
            _running.Clear();
        }
    }

    bool TakePosted()
    {
        lock (_gate)
        {
            while (_posted.Count == 0 && !_stopped)
            {
                _waiting = true;
                Monitor.Wait(_gate);
            }
            _waiting = false;
            (_posted, _running) = (_running, _posted);
            return !_stopped;
        }
    }
}
