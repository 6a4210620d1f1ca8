using Gateway.Modules.Streams.Storage;

namespace Gateway.Modules.Streams;

/// <summary>
/// One consumer's way through a stream: what is there, then what comes, without gap or repeat. It holds a position and no
/// buffer. To be used by one caller at a time.
/// </summary>
sealed class TailReader : IDisposable
{
    readonly ByteStream _stream;
    readonly ContentReader _content;
    readonly TailWaiter _waiter = new();
    readonly CancellationTokenRegistration _closing;
    readonly long _end;
    readonly bool _follows;

    /// <param name="stream">The stream.</param>
    /// <param name="position">Where to begin.</param>
    /// <param name="end">Where to stop at the latest.</param>
    /// <param name="follows">Whether to wait for more where the stream is active and the end is not reached.</param>
    /// <param name="closing">Ends a wait.</param>
    /// <param name="member">Whether the gzip member of a compressed stream is read, rather than the stream.</param>
    /// <exception cref="FileNotFoundException">The stream has been deleted.</exception>
    public TailReader(ByteStream stream, long position, long end, bool follows, CancellationToken closing, bool member = false)
    {
        (_stream, Position, _end, _follows) = (stream, position, end, follows);
        _content = member ? new(stream.Stored.File.Open(), null) : stream.Open();
        _closing = closing.UnsafeRegister(static reader => ((TailReader)reader!).Cancel(), this);
    }

    /// <summary>How many bytes lie before what is read next.</summary>
    public long Position { get; private set; }

    /// <summary>The state in which the stream was when the end was reached.</summary>
    public StreamState State { get; private set; }

    /// <summary>Waits until there is something to read.</summary>
    /// <returns>How many bytes there are; 0 at the end, or when the consumer is to go.</returns>
    public async ValueTask<long> WaitAsync()
    {
        while (true)
        {
            // In this order: once it has ended, its length does not change.
            State = _stream.State;
            long available = (_follows ? Math.Min(_stream.Length, _end) : _end) - Position;
            if (available > 0)
                return available;
            if (!_follows || State != StreamState.Active || Position >= _end || _waiter.IsCancelled)
                return 0;
            await _stream.WaitAsync(_waiter, Position).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what is there, never beyond what <see cref="WaitAsync"/> said.</summary>
    public int Read(Span<byte> buffer)
    {
        int read = _content.Read(buffer, Position);
        if (read == 0)
            throw new InvalidDataException("The file of a stream is shorter than the stream.");
        Position += read;
        return read;
    }

    /// <summary>Goes back, so that bytes are read again.</summary>
    public void StepBack(int count) => Position -= count;

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Dispose();
        _content.Dispose();
    }

    void Cancel() => _stream.CancelWait(_waiter);
}
