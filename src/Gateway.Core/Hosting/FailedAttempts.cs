using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Gateway.Core.Hosting;

/// <summary>Bounds how often a wrong token may be tried from one address. Thread-safe.</summary>
sealed class FailedAttempts
{
    public const int PerMinute = 10;

    readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new()
        {
            PermitLimit = PerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    /// <summary>When an address may try again; null if that is now.</summary>
    public TimeSpan? Wait(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(Network(address), permitCount: 0);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) && wait > TimeSpan.Zero ? wait : TimeSpan.FromMinutes(1);
    }

    /// <summary>A wrong token came from an address.</summary>
    public void Add(IPAddress? address) => _limiter.AttemptAcquire(Network(address)).Dispose();

    // Whoever has one IPv6 address has the 2^64 of its network. A Unix socket has no address: all of it is one.
    static IPAddress Network(IPAddress? address)
    {
        if (address == null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
