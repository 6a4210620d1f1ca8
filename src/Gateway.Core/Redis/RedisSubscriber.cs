namespace Gateway.Core.Redis;

/// <summary>One who gets the messages of a name.</summary>
/// <param name="inbox">Where they wait.</param>
/// <param name="handler">Gets them.</param>
sealed class RedisSubscriber(RedisInbox inbox, Action<RedisMessage> handler)
{
    /// <summary>Where its messages wait.</summary>
    public RedisInbox Inbox => inbox;

    /// <summary>Set when it wants no more of them.</summary>
    public volatile bool HasLeft;

    /// <summary>How many have been dropped since the last that it got. The inbox's lock guards it.</summary>
    public int Missed { get; set; }

    /// <summary>Hands it a message.</summary>
    public void Get(RedisMessage message) => handler(message);
}
