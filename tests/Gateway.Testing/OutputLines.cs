using System.Text.RegularExpressions;

namespace Gateway.Testing;

/// <summary>The lines of a process's output, read from its start to its end so that a full pipe never blocks the process.</summary>
sealed class OutputLines
{
    readonly Lock _lock = new();
    readonly List<string> _lines = [];
    readonly Regex? _awaited;
    readonly TaskCompletionSource<bool> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OutputLines(TextReader reader, Regex? awaited = null)
    {
        _awaited = awaited;
        Drained = DrainAsync(reader);
    }

    /// <summary>Completes when the other end is closed.</summary>
    public Task Drained { get; }

    /// <summary>Completes with true at the first line that matches, with false when the output ends without one.</summary>
    public Task<bool> Seen => _seen.Task;

    public IReadOnlyList<string> Snapshot()
    {
        lock (_lock)
            return [.. _lines];
    }

    async Task DrainAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lock)
                _lines.Add(line);
            if (_awaited?.IsMatch(line) is true)
                _seen.TrySetResult(true);
        }

        _seen.TrySetResult(false);
    }
}
