namespace Gateway.Core.Redis;

/// <summary>Which Redis the gateway uses.</summary>
public enum RedisMode
{
    /// <summary>The one inside this process: publish and subscribe, on loopback, with nothing installed.</summary>
    Embedded,

    /// <summary>A Redis of its own, wherever it is.</summary>
    External,
}
