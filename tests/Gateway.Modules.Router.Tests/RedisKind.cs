namespace Gateway.Modules.Router.Tests;

/// <summary>Which Redis a test runs on.</summary>
public enum RedisKind
{
    /// <summary>The gateway's own.</summary>
    Embedded,

    /// <summary>A redis-server that the test starts; where there is none, the test is skipped.</summary>
    Server,
}
