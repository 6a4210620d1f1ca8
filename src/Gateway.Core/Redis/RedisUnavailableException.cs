namespace Gateway.Core.Redis;

/// <summary>Redis does not answer, or answers with an error.</summary>
public sealed class RedisUnavailableException : Exception
{
    internal RedisUnavailableException(Exception cause) : base($"Redis does not answer as it should ({cause.GetType().Name}).", cause)
    {
    }

    /// <summary>Awaits an answer of the client library, whose several exceptions become this one.</summary>
    internal static async Task<T> Guard<T>(Task<T> answer)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (Exception e) when (e is StackExchange.Redis.RedisException or TimeoutException or ObjectDisposedException or StackExchange.Redis.RedisCommandException)
        {
            throw new RedisUnavailableException(e);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    internal static Task Guard(Task answer) => Guard(WithResult(answer));

    static async Task<bool> WithResult(Task answer)
    {
        await answer.ConfigureAwait(false);
        return true;
    }
}
