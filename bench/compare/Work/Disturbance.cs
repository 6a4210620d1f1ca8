namespace Gateway.Compare.Work;

/// <summary>Something that goes on in a thread of its own, over and over, until it is disposed.</summary>
sealed class Disturbance : IDisposable
{
    readonly Thread _thread;
    readonly Action _step;
    volatile bool _stop;
    Exception? _fault;

    internal Disturbance(Action step)
    {
        _step = step;
        _thread = new Thread(Run);
        _thread.Start();
    }

    /// <summary>How often it is done.</summary>
    internal int Times { get; private set; }

    /// <summary>Waits for the end of what goes on, and says what went wrong with it.</summary>
    internal void Stop()
    {
        Dispose();
        if (_fault is not null)
            throw _fault;
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    void Run()
    {
        try
        {
            for (; !_stop; Times++)
                _step();
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
    }
}
