using System.Buffers.Binary;
using System.Diagnostics;
using Gateway.Core.Storage;

namespace Gateway.Storage.Tests;

/// <summary>
/// A process that writes to a log with several writers, makes snapshots, and says which positions are durable, until it is
/// killed. What a record and a snapshot hold follows from their position, so that whoever reads them knows what is right.
/// </summary>
static class LogWriterProcess
{
    const int Writers = 8;

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo Command(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LogWriterProcess).Assembly.Location, folder]) { RedirectStandardOutput = true };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("GATEWAY_", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return start;
    }

    /// <summary>What the record at a position holds: a few bytes, or several pages.</summary>
    public static byte[] Record(long position)
    {
        var record = new byte[8 + position * 7919 % (position % 50 == 0 ? 30_000 : 200)];
        BinaryPrimitives.WriteInt64LittleEndian(record, position);
        for (int i = 8; i < record.Length; i++)
            record[i] = (byte)(position + i);
        return record;
    }

    /// <summary>What the snapshot of a position holds.</summary>
    public static byte[] Snapshot(long position) => [.. Enumerable.Range(0, 2000).SelectMany(i => BitConverter.GetBytes(position + i))];

    /// <summary>Opens the log as such a process left it, checking all that it gives back.</summary>
    public static RecordLog Open(string folder)
    {
        long last = 0;
        return RecordLog.Open(
            folder,
            content =>
            {
                var bytes = new MemoryStream();
                content.CopyTo(bytes);
                last = BinaryPrimitives.ReadInt64LittleEndian(bytes.ToArray());
                Check(bytes.ToArray(), Snapshot(last), $"snapshot {last}");
            },
            (position, record) =>
            {
                if (position != ++last)
                    throw new InvalidDataException($"Record {position} came where {last} was due.");
                Check(record, Record(position), $"record {position}");
            },
            new() { SegmentBytes = 50_000 });
    }

    public static async Task RunAsync(string[] args)
    {
        await using var log = Open(args[0]);
        var order = new Lock();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            while (true)
            {
                long position;
                lock (order)
                    position = log.Append(Record(log.LastPosition + 1));
                if (position % 3 == 0)
                    continue;
                await log.WhenDurableAsync(position);
                Console.WriteLine(position);
                if (position % 200 == 1)
                    await log.SnapshotAsync(position, content => content.WriteAsync(Snapshot(position)).AsTask());
            }
        })));
    }

    static void Check(ReadOnlySpan<byte> actual, byte[] expected, string what)
    {
        if (!actual.SequenceEqual(expected))
            throw new InvalidDataException($"The {what} is not what was written.");
    }
}
