namespace Gateway.Core.Connections.Transports;

/// <summary>
/// How bytes enter and leave one client's connection. This is the only place that knows whether a connection is a
/// socket or a request's stream. Sending is the sender loop's alone: never two calls at once.
/// </summary>
interface ITransport
{
    /// <summary>
    /// Hands over bytes without ever waiting for the client. <paramref name="taken"/> of them are the transport's now
    /// (the span may be reused). Returns false when it can take no more for the moment: it then calls
    /// <see cref="Writable"/> once when it can again. Throws <see cref="IOException"/> when the client is gone.
    /// </summary>
    bool TrySend(ReadOnlySpan<byte> bytes, out int taken);

    /// <summary>Set once before the first send. Called on any thread; must return at once.</summary>
    Action? Writable { set; }

    /// <summary>
    /// Reads what the client sent; 0 at its end. An empty buffer waits for bytes without holding memory for them.
    /// </summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>
    /// Whether <see cref="Interrupt"/> ends a read that was given no token. A token costs memory for as long as a read waits.
    /// </summary>
    bool InterruptsReads { get; }

    /// <summary>
    /// Where <see cref="InterruptsReads"/>, ends the read without a token that waits, and every later one, with
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    void Interrupt();

    /// <summary>Whether it is known that the client has ended, and that all it has sent has been read.</summary>
    bool ClientHasEnded { get; }

    /// <summary>Tells the client that no more bytes come, where the transport can.</summary>
    void EndSending();

    /// <summary>
    /// The connection has ended, and with it all use of this: what was sent still arrives. Where a request holds the
    /// transport, its end is the end.
    /// </summary>
    void Close();

    /// <summary>Ends the connection now, whatever still waits.</summary>
    void Abort();
}
