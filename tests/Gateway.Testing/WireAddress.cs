using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>Where an address in Kestrel's notation leads: a host and port, or a Unix socket (<c>http://unix:/run/gateway.sock</c>).</summary>
static class WireAddress
{
    const string UnixPrefix = "http://unix:";

    public static EndPoint EndPoint(Uri address)
    {
        if (IsUnix(address))
        {
            // After a second colon Kestrel takes a base path.
            return new UnixDomainSocketEndPoint(address.OriginalString[UnixPrefix.Length..].Split(':')[0]);
        }

        return address.Scheme is "http" or "ws"
            ? new DnsEndPoint(address.DnsSafeHost, address.Port)
            : throw new ArgumentException($"Only plain connections are supported, not {address}.", nameof(address));
    }

    public static Socket Socket(Uri address) => IsUnix(address)
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static string Host(Uri address) => IsUnix(address) ? "localhost" : address.Authority;

    static bool IsUnix(Uri address) => address.OriginalString.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase);
}
