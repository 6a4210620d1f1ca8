using System.Collections.Concurrent;
using Gateway.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Storage.Tests;

/// <summary>
/// The real files, on a disk that fails as told and that can lose its power. A write that fails has written half; an fsync
/// that fails has lost, as on Linux, what was written since the last one: zeros are there instead.
/// </summary>
sealed class TestDisk : LogFiles
{
    const int NoSpaceLeft = 28;
    const int IoError = 5;

    readonly ConcurrentDictionary<SafeFileHandle, FileState> _files = new();
    readonly ConcurrentDictionary<string, FileState> _paths = new();
    readonly List<NameChange> _unsyncedNames = [];

    /// <summary>Whether no byte can be written and no file made.</summary>
    public volatile bool IsFull;

    /// <summary>Whether fsync fails.</summary>
    public volatile bool LosesWrites;

    /// <summary>Whether names cannot be brought to the disk.</summary>
    public volatile bool LosesNames;

    /// <summary>Held by whoever wants fsyncs to take until it lets go.</summary>
    public ManualResetEventSlim SyncsProceed { get; } = new(true);

    int _syncs;
    int _refusals;

    /// <summary>The fsyncs that have succeeded.</summary>
    public int Syncs => Volatile.Read(ref _syncs);

    /// <summary>How often something failed.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public override SafeFileHandle Create(string path)
    {
        if (IsFull)
            throw Failure("No space left on device", NoSpaceLeft, path);
        var file = base.Create(path);
        _files[file] = _paths[path] = new FileState();
        return file;
    }

    public override SafeFileHandle Open(string path)
    {
        var file = base.Open(path);
        _files[file] = _paths[path] = new FileState { SyncedLength = RandomAccess.GetLength(file) };
        return file;
    }

    public override void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        if (IsFull)
        {
            byte[] all = [.. buffers.SelectMany(buffer => buffer.ToArray())];
            RandomAccess.Write(file, all.AsSpan(0, all.Length / 2), offset);
            throw Failure("No space left on device", NoSpaceLeft, "a file");
        }
        base.Write(file, buffers, offset);
    }

    public override void Sync(SafeFileHandle file)
    {
        SyncsProceed.Wait();
        var state = _files[file];
        if (LosesWrites)
        {
            RandomAccess.Write(file, new byte[RandomAccess.GetLength(file) - state.SyncedLength], state.SyncedLength);
            throw Failure("Input/output error", IoError, "a file");
        }
        base.Sync(file);
        state.SyncedLength = RandomAccess.GetLength(file);
        Interlocked.Increment(ref _syncs);
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        base.Truncate(file, length);
        _files[file].SyncedLength = Math.Min(_files[file].SyncedLength, length);
    }

    public override void Rename(string from, string to)
    {
        lock (_unsyncedNames)
        {
            _unsyncedNames.Add(new(from, to, Replaced: File.Exists(to) ? File.ReadAllBytes(to) : null));
            base.Rename(from, to);
            if (_paths.TryRemove(from, out var state))
                _paths[to] = state;
        }
    }

    public override void Delete(string path)
    {
        lock (_unsyncedNames)
        {
            if (File.Exists(path))
                _unsyncedNames.Add(new(From: null, path, Replaced: File.ReadAllBytes(path)));
            base.Delete(path);
        }
    }

    public override void SyncFolder(string path)
    {
        if (LosesNames)
            throw Failure("Input/output error", IoError, path);
        base.SyncFolder(path);
        lock (_unsyncedNames)
            _unsyncedNames.Clear();
    }

    /// <summary>
    /// What would be on the disk, were the power cut now: of each file what was synced and any part of the rest, perhaps
    /// with zeros or nonsense behind it; of the changed names any number of the first ones.
    /// </summary>
    public void CopyAsAfterPowerCut(string from, string to, Random random)
    {
        Directory.CreateDirectory(to);
        lock (_unsyncedNames)
        {
            foreach (string file in Directory.GetFiles(from).Where(file => Path.GetFileName(file) != "lock"))
                File.WriteAllBytes(Path.Combine(to, Path.GetFileName(file)), Surviving(file, random));
            foreach (var change in _unsyncedNames.Skip(random.Next(_unsyncedNames.Count + 1)).Reverse())
                Undo(change, to);
        }
    }

    byte[] Surviving(string file, Random random)
    {
        byte[] content = ReadShared(file);
        long synced = _paths.TryGetValue(file, out var state) ? state.SyncedLength : content.Length;
        int kept = (int)random.NextInt64(Math.Min(synced, content.Length), content.Length + 1L);
        var rest = new byte[random.Next(3) == 0 ? random.Next(200) : 0];
        if (random.Next(2) == 0)
            random.NextBytes(rest);
        return [.. content[..kept], .. rest];
    }

    static void Undo(NameChange change, string to)
    {
        string path = Path.Combine(to, Path.GetFileName(change.To));
        if (change.From != null)
            File.Move(path, Path.Combine(to, Path.GetFileName(change.From)), overwrite: true);
        if (change.Replaced != null)
            File.WriteAllBytes(path, change.Replaced);
    }

    static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    IOException Failure(string text, int error, string path)
    {
        Interlocked.Increment(ref _refusals);
        return new($"{text} : '{path}'", error);
    }

    sealed class FileState
    {
        public long SyncedLength { get; set; }
    }

    sealed record NameChange(string? From, string To, byte[]? Replaced);
}
