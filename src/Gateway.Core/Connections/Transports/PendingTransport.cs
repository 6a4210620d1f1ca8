namespace Gateway.Core.Connections.Transports;

/// <summary>
/// Stands for a transport until the head of the answer has been sent: what is sent meanwhile waits. So a connection can be
/// served, and subscribed to topics, before its client learns that it is open.
/// </summary>
/// <param name="abort">Ends the request.</param>
sealed class PendingTransport(Action abort) : ITransport
{
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Action? Writable
    {
        set
        {
            // Its connection knows when it is replaced.
        }
    }

    public bool InterruptsReads => true;

    /// <summary>Completes when another transport has taken its place, or the connection has begun to end.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Another transport has taken its place.</summary>
    public void Open() => _opened.TrySetResult();

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        return false;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        throw new InvalidOperationException("Nothing can be read before the connection is open.");

    public void Interrupt() => _opened.TrySetResult();

    public bool ClientHasEnded => false;

    public void EndSending()
    {
        // Nothing has been sent.
    }

    public void Close()
    {
        // The end of the request does that.
    }

    public void Abort() => abort();
}
