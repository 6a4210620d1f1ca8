namespace Gateway.Core.Connections.Transports;

/// <summary>
/// Stands for a transport until its handshake has been answered: what is sent meanwhile waits. So a connection can be
/// served, and subscribed to topics, before its client learns that it is open.
/// </summary>
sealed class PendingTransport(Action abort) : ITransport
{
    readonly Lock _gate = new();
    TaskCompletionSource? _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ITransport? _opened;
    Action? _writable;
    bool _refused;

    public Action? Writable
    {
        set => _writable = value;
    }

    /// <summary>The handshake has been answered: from now on this is the transport.</summary>
    public void Open(ITransport transport)
    {
        transport.Writable = _writable;
        lock (_gate)
            _opened = transport;
        _opening!.SetResult();
        _opening = null;
        if (_refused)
            _writable?.Invoke();
    }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        if (_opened == null && Refuse())
        {
            taken = 0;
            return false;
        }
        return _opened!.TrySend(bytes, out taken);
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        _opened is { } opened ? opened.ReadAsync(buffer, cancellation) : ReadOpenedAsync(buffer, cancellation);

    public void EndSending() => _opened?.EndSending();

    public void Abort() => abort();

    bool Refuse()
    {
        lock (_gate)
            return _refused = _opened == null;
    }

    async ValueTask<int> ReadOpenedAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (_opening is { } opening)
            await opening.Task.WaitAsync(cancellation).ConfigureAwait(false);
        return await _opened!.ReadAsync(buffer, cancellation).ConfigureAwait(false);
    }
}
