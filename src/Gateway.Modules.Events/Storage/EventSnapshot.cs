namespace Gateway.Modules.Events.Storage;

/// <summary>The whole state at one moment, taken under the store's lock and written outside it.</summary>
sealed class EventSnapshot
{
    const byte Version = 1;

    readonly uint _epoch;
    readonly long _lastNumber;
    readonly long _lastFired;
    readonly KeyValuePair<Guid, long>[] _removed;
    readonly Entry[] _entries;

    public EventSnapshot(EventState state)
    {
        (_epoch, _lastNumber, _lastFired) = (state.Epoch, state.LastNumber, state.History.Last);
        _removed = [.. state.History.LastRemovedOf];
        _entries = [.. state.All.Select(record => new Entry(record, record.Timestamp, record.Fired, record.Finished, record.Cancelled))];
    }

    public void Write(Stream stream)
    {
        Array.Sort(_entries, (x, y) => x.Fired != y.Fired ? x.Fired.CompareTo(y.Fired) : x.Record.Number.CompareTo(y.Record.Number));
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Version);
        writer.Write(_epoch);
        writer.Write(_lastNumber);
        writer.Write(_lastFired);
        writer.Write(_removed.Length);
        foreach (var (collection, place) in _removed)
        {
            writer.Write(collection.ToByteArray());
            writer.Write(place);
        }
        writer.Write(_entries.Length);
        foreach (var (record, timestamp, fired, finished, cancelled) in _entries)
        {
            writer.Write(fired);
            writer.Write(finished);
            writer.Write(cancelled);
            EventLogRecord.WriteEvent(writer, record, timestamp);
        }
    }

    /// <exception cref="InvalidDataException">A later version has written it.</exception>
    public static void Read(Stream stream, EventState state)
    {
        using var reader = new BinaryReader(new BufferedStream(stream, 64 << 10));
        if (reader.ReadByte() is not Version and var version)
            throw new InvalidDataException($"The snapshot of events has the unknown version {version}.");
        state.Epoch = reader.ReadUInt32();
        state.LastNumber = reader.ReadInt64();
        long lastFired = reader.ReadInt64();
        for (int count = reader.ReadInt32(); count > 0; count--)
            state.History.MarkRemoved(EventLogRecord.ReadGuid(reader), reader.ReadInt64());
        for (int count = reader.ReadInt32(); count > 0; count--)
            ReadEntry(reader, state);
        state.History.SkipTo(lastFired);
    }

    static void ReadEntry(BinaryReader reader, EventState state)
    {
        long fired = reader.ReadInt64(), finished = reader.ReadInt64();
        bool cancelled = reader.ReadBoolean();
        var record = EventLogRecord.ReadEvent(reader);
        (record.Fired, record.Finished, record.Cancelled) = (fired, finished, cancelled);
        state.Insert(record);
        if (fired != 0)
            state.Restore(record);
    }

    readonly record struct Entry(EventRecord Record, long Timestamp, long Fired, long Finished, bool Cancelled);
}
