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

    public static byte[] OfFire(IReadOnlyCollection<EventRecord> records) => Write(Fire, writer => WriteIds(writer, records));

    public static byte[] OfCancel(EventRecord record) => Write(Cancel, writer => writer.Write(record.Id.ToByteArray()));

    public static byte[] OfReschedule(EventRecord record, long timestamp) => Write(Reschedule, writer =>
    {
        writer.Write(record.Id.ToByteArray());
        writer.Write(timestamp);
    });

    public static byte[] OfRemove(IReadOnlyCollection<EventRecord> records) => Write(Remove, writer => WriteIds(writer, records));

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
                ForEach(reader, state, state.Fire);
                break;
            case Cancel:
                state.Cancel(Find(reader, state));
                break;
            case Reschedule:
                state.Reschedule(Find(reader, state), reader.ReadInt64());
                break;
            case Remove:
                ForEach(reader, state, state.Remove);
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

    static void WriteIds(BinaryWriter writer, IReadOnlyCollection<EventRecord> records)
    {
        writer.Write(records.Count);
        foreach (var record in records)
            writer.Write(record.Id.ToByteArray());
    }

    static void ForEach(BinaryReader reader, EventState state, Action<EventRecord> apply)
    {
        for (int count = reader.ReadInt32(); count > 0; count--)
            apply(Find(reader, state));
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
