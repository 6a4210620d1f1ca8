using FsCheck.Xunit;
using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Storage.Tests;

/// <summary>The log against a plain list of records.</summary>
public sealed class ModelTests
{
    [Property(MaxTest = 60, EndSize = 60)]
    public async Task It_gives_back_what_a_plain_list_would_after_any_appends_waits_snapshots_and_stops((byte Step, byte Size)[] program)
    {
        using var model = new Model(seed: program.Length, interval: TimeSpan.Zero);
        foreach (var (step, size) in program)
            await model.RunAsync(step % Model.StepsWithoutPowerCuts, size);
        await model.ReopenAsync();
    }

    [Property(MaxTest = 60, EndSize = 60)]
    public async Task It_keeps_what_was_durable_in_order_when_the_power_is_cut_at_any_time((byte Step, byte Size)[] program, int seed)
    {
        using var model = new Model(seed, interval: TimeSpan.Zero);
        foreach (var (step, size) in program)
            await model.RunAsync(step % Model.Steps, size);
        await model.CutPowerAsync();
    }

    [Property(MaxTest = 30, EndSize = 60)]
    public async Task With_an_interval_it_keeps_a_beginning_of_what_was_appended_when_the_power_is_cut((byte Step, byte Size)[] program, int seed)
    {
        using var model = new Model(seed, interval: TimeSpan.FromMilliseconds(5));
        foreach (var (step, size) in program)
            await model.RunAsync(step % Model.Steps, size);
        await model.CutPowerAsync();
    }

    sealed class Model : IDisposable
    {
        public const int StepsWithoutPowerCuts = 8;
        public const int Steps = 9;

        readonly TemporaryFolder _folder = new();
        readonly Random _random;
        readonly TimeSpan _interval;
        readonly List<byte[]> _records = [];
        TestDisk _disk = new();
        RecordLog _log;
        int _opened;
        long _durable;

        public Model(int seed, TimeSpan interval)
        {
            (_random, _interval) = (new Random(seed), interval);
            _log = Open(out _);
        }

        string Log => Path.Combine(_folder.Path, $"{_opened}");

        public async Task RunAsync(int step, int size)
        {
            switch (step)
            {
                case 0:
                    await _log.WhenDurableAsync(Append(size));
                    MarkDurable(_records.Count);
                    break;
                case 1:
                    long position = Math.Max(_log.SnapshotPosition, _records.Count - size % 8);
                    await _log.SnapshotAsync(position, content => content.WriteAsync(Snapshot(position)).AsTask());
                    _durable = Math.Max(_durable, position);
                    break;
                case 2:
                    await ReopenAsync();
                    break;
                case 3:
                    Append(1000 + size * 50);
                    break;
                case Steps - 1:
                    await CutPowerAsync();
                    break;
                default:
                    Append(size);
                    break;
            }
        }

        public async Task ReopenAsync()
        {
            await _log.DisposeAsync();
            _log = Open(out var read);
            Check(read);
            Assert.Equal(_records.Count, _log.LastPosition);
            _durable = _records.Count;
        }

        public async Task CutPowerAsync()
        {
            _disk.CopyAsAfterPowerCut(Log, Path.Combine(_folder.Path, $"{_opened + 1}"), _random);
            await _log.DisposeAsync();
            (_disk, _opened) = (new(), _opened + 1);
            _log = Open(out var read);
            Assert.InRange(_log.LastPosition, _durable, _records.Count);
            _records.RemoveRange((int)_log.LastPosition, _records.Count - (int)_log.LastPosition);
            Check(read);
            _durable = _records.Count;
        }

        public void Dispose()
        {
            _log.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _folder.Dispose();
        }

        long Append(int size)
        {
            var record = new byte[size];
            _random.NextBytes(record);
            _records.Add(record);
            Assert.Equal(_records.Count, _log.Append(record));
            return _records.Count;
        }

        void MarkDurable(long position)
        {
            if (_interval == TimeSpan.Zero)
                _durable = Math.Max(_durable, position);
        }

        void Check(ReadBack read)
        {
            int covered = (int)_log.SnapshotPosition;
            Assert.Equal(covered == 0 ? null : Snapshot(covered), read.Snapshot);
            Assert.Equal(_records.Skip(covered), read.Records.Select(record => record.Record));
            Assert.Equal(Enumerable.Range(covered + 1, _records.Count - covered).Select(i => (long)i), read.Records.Select(record => record.Position));
        }

        byte[] Snapshot(long position) => [.. _records.Take((int)position).SelectMany(record => record)];

        RecordLog Open(out ReadBack read) =>
            ReadBack.Open(Log, out read, new() { SegmentBytes = 2000, SyncInterval = _interval, Files = _disk });
    }
}
