using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// Where passwords are hashed: on threads of its own, so that the time it takes is nobody else's, as many as there are
/// cores, and after the other threads of the process where the system knows such a thing. What waits is bounded: beyond
/// that a client is better told to come back.
/// </summary>
sealed class PasswordQueue : IDisposable
{
    /// <summary>How many passwords may wait.</summary>
    public const int Capacity = 256;

    const int PriorityOfProcess = 0;
    const int CallingThread = 0;
    const int Low = 10;

    readonly BlockingCollection<Action> _waiting = new(Capacity);

    /// <summary>Starts the threads.</summary>
    public PasswordQueue() : this(Environment.ProcessorCount)
    {
    }

    internal PasswordQueue(int workers)
    {
        for (var worker = 0; worker < workers; worker++)
            new Thread(Work) { IsBackground = true, Name = "Passwords", Priority = ThreadPriority.BelowNormal }.Start();
    }

    static readonly Lazy<PasswordQueue> OfProcess = new(() => new PasswordQueue());

    /// <summary>The one of the process, which all schemes share as they share the cores.</summary>
    public static PasswordQueue Shared => OfProcess.Value;

    /// <summary>Queues one hashing; null, at once, if too many wait already.</summary>
    /// <param name="hash">What to do; its exception becomes the task's.</param>
    /// <param name="cancellation">Cancelled before its turn, it is not done at all.</param>
    public Task<T>? TryRun<T>(Func<T> hash, CancellationToken cancellation = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.TryAdd(() => Run(hash, result, cancellation)) ? result.Task : null;
    }

    /// <summary>Lets what waits be done and ends the threads.</summary>
    public void Dispose() => _waiting.CompleteAdding();

    static void Run<T>(Func<T> hash, TaskCompletionSource<T> result, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            result.SetCanceled(cancellation);
            return;
        }
        try
        {
            result.SetResult(hash());
        }
        catch (Exception cause)
        {
            result.SetException(cause);
        }
    }

    void Work()
    {
        // .NET sets no priorities on Linux, where "the process" of a thread's own call is that thread.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PriorityOfProcess, CallingThread, Low);
        foreach (var hash in _waiting.GetConsumingEnumerable())
            hash();
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    static extern int SetPriority(int which, int who, int priority);
}
