namespace Gateway.Modules.Streams.Storage;

/// <summary>Whoever writes a stream at the moment; there is one at a time.</summary>
sealed class Producer : IDisposable
{
    readonly CancellationTokenSource _cut = new();

    /// <summary>Cancelled when the stream is no longer the producer's: replaced, deleted, expired, or resumed by another.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Takes the stream from it.</summary>
    public void TakeAway() => _ = _cut.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();
}
