namespace Gateway.Modules.Events.Storage;

/// <summary>
/// The records of the log: a byte that says what happened, then its fields, numbers little-endian, text as UTF-8 with its
/// length before it.
/// </summary>
static class EventLogRecord
{
    const byte Epoch = 1;
    const byte Insert = 2;
    const byte Fire = 3;
    const byte Cancel = 4;
    const byte Reschedule = 5;
    const byte Remove = 6;

    public static byte[] OfEpoch(uint epoch) => Write(Epoch, writer => writer.Write(epoch));

    public static byte[] OfInsert(IReadOnlyCollection<EventRecord> records) => Write(Insert, writer =>
    {
        writer.Write(records.Count);
        foreach (var record in records)
            WriteEvent(writer, record, record.Timestamp);
    });

    /// <summary>What fires and what follows it are one record: a series never loses its next event.</summary>
    public static byte[] OfFire(IReadOnlyCollection<Firing> firings, long now) => Write(Fire, writer =>
    {
        writer.Write(now);
        writer.Write(firings.Count);
        foreach (var (record, next) in firings)
        {
            writer.Write(record.Id.ToByteArray());
            writer.Write(next != null);
            if (next is not { } occurrence)
                continue;
            writer.Write(occurrence.Id.ToByteArray());
            writer.Write(occurrence.Timestamp);
        }
    });

    public static byte[] OfCancel(EventRecord record, long now) => Write(Cancel, writer =>
    {
        writer.Write(now);
        writer.Write(record.Id.ToByteArray());
    });

    public static byte[] OfReschedule(EventRecord record, long timestamp) => Write(Reschedule, writer =>
    {
        writer.Write(record.Id.ToByteArray());
        writer.Write(timestamp);
    });

    public static byte[] OfRemove(IReadOnlyCollection<EventRecord> records) => Write(Remove, writer =>
    {
        writer.Write(records.Count);
        foreach (var record in records)
            writer.Write(record.Id.ToByteArray());
    });

    /// <summary>Does to the state what a record says.</summary>
    /// <exception cref="InvalidDataException">A later version has written it.</exception>
    public static void Apply(ReadOnlySpan<byte> record, EventState state)
    {
        using var reader = new BinaryReader(new MemoryStream(record.ToArray()));
        byte kind = reader.ReadByte();
        switch (kind)
        {
            case Epoch:
                state.Epoch = reader.ReadUInt32();
                break;
            case Insert:
                for (int count = reader.ReadInt32(); count > 0; count--)
                    state.Insert(ReadEvent(reader));
                break;
            case Fire:
                long firedAt = reader.ReadInt64();
                for (int count = reader.ReadInt32(); count > 0; count--)
                    state.Fire(ReadFiring(reader, state), firedAt);
                break;
            case Cancel:
                long cancelledAt = reader.ReadInt64();
                state.Cancel(Find(reader, state), cancelledAt);
                break;
            case Reschedule:
                state.Reschedule(Find(reader, state), reader.ReadInt64());
                break;
            case Remove:
                for (int count = reader.ReadInt32(); count > 0; count--)
                    state.Remove(Find(reader, state));
                break;
            default:
                throw new InvalidDataException($"The log of events has a record of the unknown kind {kind}.");
        }
    }

    /// <summary>Writes an event without whether it has fired or was cancelled.</summary>
    public static void WriteEvent(BinaryWriter writer, EventRecord record, long timestamp)
    {
        writer.Write(record.Number);
        writer.Write(record.Id.ToByteArray());
        writer.Write(record.UserId.ToByteArray());
        writer.Write(record.CollectionId.ToByteArray());
        writer.Write(timestamp);
        writer.Write(record.Name);
        writer.Write(record.Key != null);
        if (record.Key is { } key)
        {
            WriteHash(writer, key.Key);
            WriteHash(writer, key.Content);
        }
        WriteSeries(writer, record.Series);
        writer.Write(record.Data.Length);
        writer.Write(record.Data);
    }

    public static EventRecord ReadEvent(BinaryReader reader) => new()
    {
        Number = reader.ReadInt64(),
        Id = ReadGuid(reader),
        UserId = ReadGuid(reader),
        CollectionId = ReadGuid(reader),
        Timestamp = reader.ReadInt64(),
        Name = reader.ReadString(),
        Key = reader.ReadBoolean() ? new InsertKey(ReadHash(reader), ReadHash(reader)) : null,
        Series = ReadSeries(reader),
        Data = reader.ReadBytes(reader.ReadInt32()),
    };

    public static Guid ReadGuid(BinaryReader reader) => new(reader.ReadBytes(16));

    static byte[] Write(byte kind, Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(kind);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    static Firing ReadFiring(BinaryReader reader, EventState state)
    {
        var record = Find(reader, state);
        return new(record, reader.ReadBoolean() ? new Occurrence(ReadGuid(reader), reader.ReadInt64()) : null);
    }

    static void WriteSeries(BinaryWriter writer, Series? series)
    {
        writer.Write(series != null);
        if (series == null)
            return;
        writer.Write(series.Id.ToByteArray());
        writer.Write(series.Repetition.Every);
        writer.Write(series.Repetition.Cron);
        writer.Write(series.Repetition.TimeZone);
        writer.Write(series.Repetition.Until ?? long.MaxValue);
    }

    static Series? ReadSeries(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
            return null;
        var id = ReadGuid(reader);
        long every = reader.ReadInt64();
        string cron = reader.ReadString(), timeZone = reader.ReadString();
        long? until = reader.ReadInt64() is not long.MaxValue and var last ? last : null;
        try
        {
            return new(id, every > 0 ? Repetition.AtInterval(every, until) : Repetition.AtTimes(cron, timeZone, until));
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"The log of events has a repetition that is not understood here: {e.Message}", e);
        }
    }

    static EventRecord Find(BinaryReader reader, EventState state) => state.TryFind(ReadGuid(reader), out var record)
        ? record
        : throw new InvalidDataException("The log of events speaks of an event that it does not have.");

    static void WriteHash(BinaryWriter writer, UInt128 hash)
    {
        writer.Write((ulong)(hash >> 64));
        writer.Write((ulong)hash);
    }

    static UInt128 ReadHash(BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());
}
