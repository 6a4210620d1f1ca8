using System.Threading.Channels;
using Gateway.Core.Connections.Transports;

namespace Gateway.Core.Tests.Connections;

/// <summary>A transport that does as a test says: takes so many bytes and then blocks, becomes writable, fails.</summary>
sealed class ScriptedTransport : ITransport
{
    readonly Lock _gate = new();
    readonly List<byte[]> _writes = [];
    readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    long _room = long.MaxValue;
    bool _blocked;
    byte[] _rest = [];

    public Action? Writable { private get; set; }

    /// <summary>Thrown by the next send, and all after it.</summary>
    public Exception? SendFault { private get; set; }

    /// <summary>Thrown by the next read, and all after it.</summary>
    public Exception? ReadFault { private get; set; }

    /// <summary>Called for each write, by the one who sends.</summary>
    public Action<byte[]>? OnWrite { private get; set; }

    /// <summary>Whether it becomes writable again before the send that blocks has returned.</summary>
    public bool UnblocksAtOnce { private get; set; }

    public bool ClientHasEnded => false;

    public bool IsAborted { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>A send came while it was blocked.</summary>
    public bool WasSentToWhileBlocked { get; private set; }

    public int Unread => _incoming.Reader.Count;

    public IReadOnlyList<byte[]> Writes
    {
        get
        {
            lock (_gate)
                return [.. _writes];
        }
    }

    /// <summary>All that was taken, in order.</summary>
    public byte[] Sent => [.. Writes.SelectMany(bytes => bytes)];

    public long SentBytes
    {
        get
        {
            lock (_gate)
                return _writes.Sum(bytes => (long)bytes.Length);
        }
    }

    /// <summary>From now on it takes so many bytes, and then blocks.</summary>
    public void TakeOnly(long bytes)
    {
        lock (_gate)
            _room = bytes;
    }

    /// <summary>It takes so many bytes more, all by default, and says that it is writable if it was not.</summary>
    public void MakeRoom(long bytes = long.MaxValue)
    {
        bool wasBlocked;
        lock (_gate)
        {
            _room = bytes;
            wasBlocked = _blocked;
            _blocked = false;
        }
        if (wasBlocked)
            Writable!();
    }

    public void Receive(byte[] bytes) => _incoming.Writer.TryWrite(bytes);

    public void ReceiveEnd() => _incoming.Writer.TryComplete();

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        bool blocks;
        byte[] write;
        lock (_gate)
        {
            WasSentToWhileBlocked |= _blocked;
            if (SendFault != null)
                throw SendFault;
            taken = (int)Math.Min(_room, bytes.Length);
            _room -= taken;
            write = bytes[..taken].ToArray();
            if (taken > 0)
                _writes.Add(write);
            blocks = _blocked = taken < bytes.Length;
        }
        OnWrite?.Invoke(write);
        if (blocks && UnblocksAtOnce)
            MakeRoom();
        return !blocks;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (ReadFault != null)
            throw ReadFault;
        if (_rest.Length == 0 && (!await _incoming.Reader.WaitToReadAsync(cancellation) || buffer.Length == 0))
            return 0;
        if (_rest.Length == 0)
            _incoming.Reader.TryRead(out _rest!);
        var read = Math.Min(_rest.Length, buffer.Length);
        _rest.AsSpan(0, read).CopyTo(buffer.Span);
        _rest = _rest[read..];
        return read;
    }

    public bool InterruptsReads => false;

    public void Interrupt()
    {
    }

    public void EndSending()
    {
    }

    public void Close() => IsClosed = true;

    public void Abort()
    {
        IsAborted = true;
        _incoming.Writer.TryComplete(new IOException("aborted"));
    }
}
