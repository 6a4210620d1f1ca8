using Gateway.Core.Configuration;
using StackExchange.Redis;

namespace Gateway.Core.Redis;

/// <summary>Top-level <c>Redis</c>: where topics are shared with other programs. Opened only while an enabled module uses it.</summary>
public sealed class RedisOptions : IValidatedOptions
{
    /// <summary>Which Redis is used.</summary>
    public RedisMode Mode { get; set; } = RedisMode.Embedded;

    /// <summary>The port of the embedded one on 127.0.0.1; 0 = any free port, which the start line names.</summary>
    [AllowedRange(0, 65535, Description = "any free port")]
    public int EmbeddedPort { get; set; } = 6380;

    /// <summary>The external one, as a configuration string of StackExchange.Redis: names, password, TLS, clusters, sentinels.</summary>
    [Secret]
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Mode == RedisMode.External && !IsConfiguration(Configuration))
            yield return new(nameof(Configuration), "is no configuration of a Redis (not shown)", "host:port[,host:port…][,option=value…]");
    }

    static bool IsConfiguration(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
