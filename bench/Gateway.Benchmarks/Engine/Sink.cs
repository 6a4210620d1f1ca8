using Gateway.Core.Connections.Transports;

namespace Gateway.Benchmarks.Engine;

/// <summary>A client that takes everything at no cost, so that what is measured is the engine alone.</summary>
sealed class Sink : ITransport
{
    public Action? Writable { private get; set; }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = bytes.Length;
        return true;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => ValueTask.FromResult(0);

    public bool InterruptsReads => false;

    public bool ClientHasEnded => false;

    public void Interrupt()
    {
    }

    public void EndSending()
    {
    }

    public void Close()
    {
    }

    public void Abort()
    {
    }
}
