namespace Gateway.Core.Redis.Embedded;

/// <summary>What the embedded endpoint holds for one client, and for all.</summary>
static class RespLimits
{
    public const int Clients = 1024;

    public const int InlineBytes = 64 * 1024;

    public const int Arguments = 64 * 1024;

    public const int ArgumentBytes = 16 * 1024 * 1024;

    public const int CommandBytes = 32 * 1024 * 1024;

    /// <summary>Subscriptions of all clients together.</summary>
    public const int Subscriptions = 1_000_000;

    /// <summary>Bytes of the names of all subscriptions together.</summary>
    public const long SubscriptionBytes = 256L * 1024 * 1024;

    /// <summary>Bytes that wait for a client which does not read; beyond, it is cut.</summary>
    public const int OutputBytes = 32 * 1024 * 1024;
}
