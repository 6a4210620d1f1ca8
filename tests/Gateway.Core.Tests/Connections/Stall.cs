using Gateway.Core.Connections.Transports;

namespace Gateway.Core.Tests.Connections;

/// <summary>Keeps a sender loop busy until it is disposed.</summary>
sealed class Stall : ISendWork, IDisposable
{
    readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _over = new();

    public static async Task<Stall> OfAsync(SenderLoop loop)
    {
        var stall = new Stall();
        loop.Post(stall);
        await stall._running.Task;
        return stall;
    }

    public void Send(SenderLoop loop)
    {
        _running.SetResult();
        _over.Wait();
    }

    public void Dispose() => _over.Set();
}
