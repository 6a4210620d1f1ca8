using Gateway.Core.Configuration;

namespace Gateway.Core.Tenants;

/// <summary><c>Tenants:{name}:Limits</c>; 0 = no limit. Over a limit a client gets 429, or its protocol's own refusal.</summary>
public sealed class TenantLimitOptions
{
    /// <summary>Connections that may be open at once.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int Connections { get; set; }

    /// <summary>Messages that clients may send in a second, by any protocol.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int MessagesPerSecond { get; set; }

    /// <summary>Bytes that clients may send in a second.</summary>
    [AllowedRange(0, long.MaxValue, Description = "no limit")]
    public long BytesPerSecond { get; set; }

    /// <summary>Topics that may exist at once, over all modules.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int Topics { get; set; }

    /// <summary>Bytes that its modules may keep on disk.</summary>
    [AllowedRange(0, long.MaxValue, Description = "no limit")]
    public long StorageBytes { get; set; }
}
