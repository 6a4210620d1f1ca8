using Gateway.Core.Auth.Users;

namespace Gateway.Core.Tests.Auth.Users;

public sealed class PasswordQueueTests : IDisposable
{
    readonly PasswordQueue _queue = new(workers: 1);
    readonly ManualResetEventSlim _open = new();

    public void Dispose()
    {
        _open.Set();
        _queue.Dispose();
    }

    /// <summary>Keeps the one worker busy until <see cref="_open"/> is set.</summary>
    async Task<Task> BlockAsync()
    {
        var begun = new TaskCompletionSource();
        var blocking = _queue.TryRun(() =>
        {
            begun.SetResult();
            _open.Wait();
            return true;
        })!;
        await begun.Task;
        return blocking;
    }

    [Fact]
    public async Task It_runs_on_a_thread_of_its_own()
    {
        Assert.Equal((false, "Passwords"), await _queue.TryRun(() => (Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Name))!);
    }

    [SkippableFact]
    public async Task Its_threads_come_after_the_others()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux tells the priority of a thread.");

        // Field 19 is the nice value; the name, field 2, has no spaces.
        var fields = (await _queue.TryRun(() => File.ReadAllText("/proc/thread-self/stat"))!).Split(' ');
        var mine = File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ');

        Assert.Equal("(Passwords)", fields[1]);
        Assert.True(int.Parse(fields[18]) > int.Parse(mine[16]));
    }

    [Fact]
    public async Task Beyond_its_capacity_it_refuses_at_once_and_takes_more_once_there_is_room()
    {
        var blocking = await BlockAsync();
        var waiting = Enumerable.Range(0, PasswordQueue.Capacity).Select(n => _queue.TryRun(() => n)).ToList();

        Assert.DoesNotContain(null, waiting);
        Assert.Null(_queue.TryRun(() => 0));

        _open.Set();
        await blocking;
        Assert.Equal(Enumerable.Range(0, PasswordQueue.Capacity), await Task.WhenAll(waiting!));
        Assert.Equal(7, await _queue.TryRun(() => 7)!);
    }

    [Fact]
    public async Task What_is_cancelled_before_its_turn_is_not_done()
    {
        await BlockAsync();
        using var cancellation = new CancellationTokenSource();
        var done = false;
        var waiting = _queue.TryRun(() => done = true, cancellation.Token)!;
        cancellation.Cancel();
        _open.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(done);
    }

    [Fact]
    public async Task A_failure_is_its_own_and_the_worker_goes_on()
    {
        await Assert.ThrowsAsync<FormatException>(() => _queue.TryRun<int>(() => throw new FormatException())!);
        Assert.Equal(1, await _queue.TryRun(() => 1)!);
    }
}
