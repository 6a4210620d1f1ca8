using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// One stream: bytes in a file, appended by one producer at a time and read by anybody. What a reader can see has been
/// given to the system, so that it outlives the process. Thread-safe.
/// </summary>
sealed class ByteStream
{
    readonly Lock _writing = new();
    readonly Tail _tail = new();
    readonly List<ReadOnlyMemory<byte>> _pieces = [];
    readonly StreamFiles _files;
    readonly Watchers _watchers;
    SafeFileHandle? _writer;
    Producer? _producer;
    long _length;
    volatile StreamState _state;
    volatile StoredFile _stored;
    long _endedTicks;
    long _lastWrittenAt = Environment.TickCount64;

    public ByteStream(string id, StreamRecord record, StreamFiles files, Watchers watchers)
    {
        (Id, FileName, Metadata, Created, Ended) = (id, record.File, record.Metadata, record.Created, record.Ended);
        (_files, _watchers, _length, _state) = (files, watchers, record.Length, record.State);
        _stored = files.Stored(record.File, record.Form);
        files.Quota.Count(StoredBytes);
    }

    public string Id { get; }

    /// <summary>The name of its file, which no other stream has ever had.</summary>
    public string FileName { get; }

    /// <summary>Its file, and how its bytes are in it.</summary>
    public StoredFile Stored => _stored;

    /// <summary>How many bytes it takes on the disk.</summary>
    public long StoredBytes => _stored is { IsGzip: true } gzip ? gzip.Bytes : Length;

    /// <summary>JSON in ASCII; null if there is none.</summary>
    public string? Metadata { get; }

    public DateTime Created { get; }

    /// <summary>When it ended, in UTC; null as long as it is active.</summary>
    public DateTime? Ended
    {
        // One number, as it is read without the lock.
        get => Volatile.Read(ref _endedTicks) is > 0 and var ticks ? new DateTime(ticks, DateTimeKind.Utc) : null;
        private set => Volatile.Write(ref _endedTicks, value?.Ticks ?? 0);
    }

    /// <summary>How many bytes can be read. Read after <see cref="State"/>, it is the length at which the stream ended.</summary>
    public long Length => Volatile.Read(ref _length);

    public StreamState State => _state;

    /// <summary>Whether it has been deleted or replaced: it can no longer be resumed.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Ends when what happened to the stream until now is in the database and, if it is complete, its bytes are on the disk.</summary>
    public Task Recorded { get; set; } = Task.CompletedTask;

    /// <summary>Since when nothing has been written.</summary>
    public TimeSpan Idle => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastWrittenAt));

    /// <summary>The record of the stream as it is now.</summary>
    public StreamRecord ToRecord()
    {
        lock (_writing)
            return new(FileName, Metadata, Created, _state, _length, Ended, _stored.Form);
    }

    /// <summary>Makes the file of a stream that nobody knows yet, for its first producer.</summary>
    public void Create(Producer producer) => (_writer, _producer) = (_files.Create(FileName), producer);

    /// <summary>Has another producer go on with the stream; one that still writes it is cut.</summary>
    /// <param name="producer">The new producer.</param>
    /// <param name="offset">Where it means to go on.</param>
    public ResumeResult Resume(Producer producer, long offset)
    {
        lock (_writing)
        {
            if (IsGone)
                return ResumeResult.Gone;
            if (_state == StreamState.Complete)
                return ResumeResult.Complete;
            if (offset != _length)
                return ResumeResult.WrongOffset;
            _writer ??= _files.OpenToAppend(FileName, _length);
            _producer?.TakeAway();
            (_producer, _state, Ended) = (producer, StreamState.Active, null);
            _lastWrittenAt = Environment.TickCount64;
        }
        _watchers.Changed(this);
        return ResumeResult.Resumed;
    }

    /// <summary>Appends bytes; they can be read when this returns.</summary>
    /// <returns>False if the stream is no longer the producer's.</returns>
    /// <exception cref="NoRoomException">The tenant may keep no more; none of them is part of the stream.</exception>
    /// <exception cref="IOException">They could not be written; none of them is part of the stream.</exception>
    public bool Append(Producer producer, in ReadOnlySequence<byte> bytes)
    {
        lock (_writing)
        {
            if (_producer != producer)
                return false;
            if (!_files.Quota.TryTake(bytes.Length))
                throw new NoRoomException();
            Write(bytes);
            Volatile.Write(ref _length, _length + bytes.Length);
            Volatile.Write(ref _lastWrittenAt, Environment.TickCount64);
        }
        _tail.Wake();
        _watchers.Changed(this);
        return true;
    }

    /// <summary>The producer leaves, and the stream stays open for another.</summary>
    public void Detach(Producer producer)
    {
        lock (_writing)
        {
            if (_producer == producer)
                _producer = null;
        }
    }

    /// <summary>Ends the stream, if it is still the producer's.</summary>
    /// <exception cref="IOException">It is complete, and that could not be noted.</exception>
    public bool End(Producer producer, StreamState state)
    {
        lock (_writing)
        {
            if (_producer != producer)
                return false;
            SetEnded(state);
        }
        TellEnd();
        return true;
    }

    /// <summary>Ends the stream whoever writes it.</summary>
    /// <param name="state">How.</param>
    /// <param name="idleFor">Only if nothing has been written for so long.</param>
    /// <returns>False if it had ended already, or is not that idle.</returns>
    public bool End(StreamState state, TimeSpan idleFor = default)
    {
        lock (_writing)
        {
            if (_state != StreamState.Active || Idle < idleFor)
                return false;
            _producer?.TakeAway();
            SetEnded(state);
        }
        TellEnd();
        return true;
    }

    /// <summary>Opens its bytes for one more reader.</summary>
    /// <exception cref="FileNotFoundException">The stream has been deleted.</exception>
    public ContentReader Open()
    {
        while (true)
        {
            var stored = _stored;
            try
            {
                return stored.Open();
            }
            catch (FileNotFoundException) when (stored != _stored)
            {
                // It has just been stored in another form.
            }
        }
    }

    /// <summary>From now on its bytes are read from another file. Whoever reads the one before goes on with that.</summary>
    /// <returns>False if it has been deleted meanwhile.</returns>
    public bool Store(StoredFile stored)
    {
        lock (_writing)
        {
            if (IsGone)
                return false;
            long before = StoredBytes;
            _stored = stored;
            _files.Quota.Count(StoredBytes - before);
            return true;
        }
    }

    /// <summary>Takes the stream away from its producer and its readers, and deletes its file.</summary>
    /// <param name="unlessActive">Whether it is left alone if it is active: it may have been resumed.</param>
    /// <returns>False if it was left alone.</returns>
    public bool Remove(bool unlessActive = false)
    {
        bool wasActive;
        lock (_writing)
        {
            wasActive = _state == StreamState.Active;
            if (wasActive && unlessActive)
                return false;
            if (!IsGone)
                _files.Quota.Count(-StoredBytes);
            IsGone = true;
            _producer?.TakeAway();
            if (wasActive)
                SetEnded(StreamState.Aborted);
        }
        if (wasActive)
            TellEnd();
        _files.Delete(FileName);
        return true;
    }

    /// <summary>Waits until there is more to read than a position, the stream has ended, or the waiter is cancelled.</summary>
    public ValueTask WaitAsync(TailWaiter waiter, long position) =>
        _tail.WaitAsync(waiter, (Stream: this, position), static at =>
            at.Stream._state != StreamState.Active || at.Stream.Length > at.position);

    /// <summary>Ends a wait and every later one of the waiter.</summary>
    public void CancelWait(TailWaiter waiter) => _tail.Cancel(waiter);

    void Write(in ReadOnlySequence<byte> bytes)
    {
        try
        {
            if (bytes.IsSingleSegment)
            {
                RandomAccess.Write(_writer!, bytes.FirstSpan, _length);
                return;
            }
            foreach (var piece in bytes)
                _pieces.Add(piece);
            RandomAccess.Write(_writer!, _pieces, _length);
        }
        catch (IOException)
        {
            // Part of them may be in the file: it must not be longer than the stream.
            _files.Quota.Count(-bytes.Length);
            RandomAccess.SetLength(_writer!, _length);
            throw;
        }
        finally
        {
            _pieces.Clear();
        }
    }

    // Under the lock. A complete stream is noted beside its file first: whoever sees its end will see it after a crash too.
    void SetEnded(StreamState state)
    {
        if (state == StreamState.Complete)
            _files.MarkComplete(FileName);
        Ended = DateTime.UtcNow;
        _state = state;
        _producer = null;
        _writer?.Dispose();
        _writer = null;
    }

    void TellEnd()
    {
        _tail.Wake();
        _watchers.Changed(this);
    }
}
