namespace Gateway.Core.Connections.Transports;

/// <summary>A loop whose thread does nothing but send.</summary>
sealed class SenderThread : SenderLoop
{
    readonly object _sleep = new();
    readonly Thread _thread;
    bool _awake;
    volatile bool _stopped;

    public SenderThread(int index) : base(index)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"gateway-sender-{index}" };
        _thread.Start();
    }

    public override void Dispose()
    {
        _stopped = true;
        Wake();
        _thread.Join();
    }

    protected override void Wake()
    {
        lock (_sleep)
        {
            _awake = true;
            Monitor.Pulse(_sleep);
        }
    }

    void Run()
    {
        while (!_stopped)
        {
            if (TryRest())
                Sleep();
            RunPosted();
        }
    }

    void Sleep()
    {
        lock (_sleep)
        {
            while (!_awake)
                Monitor.Wait(_sleep);
            _awake = false;
        }
    }
}
