namespace Gateway.Testing;

/// <summary>Bounds a wait, so that a test which would hang fails instead, saying what it was waiting for.</summary>
static class Deadline
{
    /// <summary>Generous on purpose: on a busy machine only a real hang reaches it.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>Runs <paramref name="action"/> with a token that is cancelled at the limit.</summary>
    /// <exception cref="TimeoutException">The limit has passed; the text names <paramref name="what"/>.</exception>
    public static async Task<T> WithinAsync<T>(TimeSpan? limit, string what, Func<CancellationToken, Task<T>> action)
    {
        using var timer = new CancellationTokenSource(limit ?? Default);
        try
        {
            return await action(timer.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {limit ?? Default} in vain for {what}.");
        }
    }

    /// <inheritdoc cref="WithinAsync{T}"/>
    public static Task WithinAsync(TimeSpan? limit, string what, Func<CancellationToken, Task> action) =>
        WithinAsync(limit, what, async cancellation =>
        {
            await action(cancellation);
            return true;
        });
}
