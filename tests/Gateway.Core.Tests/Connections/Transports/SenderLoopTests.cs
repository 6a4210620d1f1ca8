using System.Collections.Concurrent;
using Gateway.Core.Connections.Transports;
using Gateway.Testing;

namespace Gateway.Core.Tests.Connections.Transports;

public abstract class SenderLoopTests
{
    private protected abstract string ThreadName { get; }

    private protected abstract SenderLoop Create();


    [Fact]
    public async Task Work_runs_on_the_loops_thread_in_the_order_in_which_it_was_posted()
    {
        using var loop = Create();
        var ran = new ConcurrentQueue<(int Number, Thread Thread)>();
        for (var i = 0; i < 1_000; i++)
            loop.Post(new Work(number => ran.Enqueue((number, Thread.CurrentThread)), i));

        await Eventually.BecomesTrueAsync(() => ran.Count == 1_000, "all work to run");

        Assert.Equal(Enumerable.Range(0, 1_000), ran.Select(entry => entry.Number));
        Assert.Equal(ThreadName, Assert.Single(ran.Select(entry => entry.Thread).Distinct()).Name);
    }

    [Fact]
    public async Task Work_that_is_posted_while_work_runs_runs_after_it()
    {
        using var loop = Create();
        var ran = new ConcurrentQueue<int>();
        loop.Post(new Work(first =>
        {
            loop.Post(new Work(ran.Enqueue, 2));
            ran.Enqueue(first);
        }, 1));

        await Eventually.BecomesTrueAsync(() => ran.Count == 2, "both to run");

        Assert.Equal([1, 2], ran);
    }

    [Fact]
    public async Task No_post_of_many_threads_is_lost()
    {
        using var loop = Create();
        var ran = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                loop.Post(new Work(_ => ran++, i));
        })));

        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref ran) == 40_000, "all work to run");
    }

    [Fact]
    public async Task Disposing_ends_the_thread_after_the_work_that_runs()
    {
        var loop = Create();
        Thread? thread = null;
        var running = new TaskCompletionSource();
        using var over = new ManualResetEventSlim();
        loop.Post(new Work(_ =>
        {
            thread = Thread.CurrentThread;
            running.SetResult();
            over.Wait();
        }, 0));
        await running.Task;

        var disposing = Task.Run(loop.Dispose);
        over.Set();
        await disposing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(thread!.IsAlive);
        loop.Post(new Work(_ => Assert.Fail("It has ended."), 0));
    }

    [Fact]
    public void An_idle_loop_ends_as_well() => Create().Dispose();

    sealed class Work(Action<int> run, int number) : ISendWork
    {
        public void Send(SenderLoop loop) => run(number);
    }
}
