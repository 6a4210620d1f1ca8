namespace Gateway.Testing;

/// <summary>Waits for what another process or thread brings about: as short as possible, as long as needed.</summary>
public static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the answer is true.</summary>
    /// <param name="condition">What it throws ends the wait.</param>
    /// <param name="what">Completes the sentence "Waited … in vain for …".</param>
    /// <param name="limit">30 seconds unless given; it also ends a question that hangs.</param>
    public static Task BecomesTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, what, async cancellation =>
        {
            while (!await condition().WaitAsync(cancellation))
                await Task.Delay(Pause, cancellation);
        });

    /// <inheritdoc cref="BecomesTrueAsync(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task BecomesTrueAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), what, limit);
}
