using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>
/// Where an address in Kestrel's notation leads: a host and port, or a Unix socket (<c>http://unix:/run/gateway.sock</c>);
/// with <c>https</c> or <c>wss</c> by TLS.
/// </summary>
static class WireAddress
{
    const string UnixMark = "://unix:";

    public static EndPoint EndPoint(Uri address) => address switch
    {
        _ when address.Scheme is not ("http" or "ws" or "https" or "wss") =>
            throw new ArgumentException($"Only HTTP is spoken, not {address}.", nameof(address)),
        // After a second colon Kestrel takes a base path.
        _ when IsUnix(address) => new UnixDomainSocketEndPoint(address.OriginalString.Split(UnixMark)[1].Split(':')[0]),
        _ => new DnsEndPoint(address.DnsSafeHost, address.Port),
    };

    public static Socket Socket(Uri address) => IsUnix(address)
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static string Host(Uri address) => IsUnix(address) ? "localhost" : address.Authority;

    public static bool IsTls(Uri address) => address.Scheme is "https" or "wss";

    static bool IsUnix(Uri address) => address.OriginalString.Contains(UnixMark, StringComparison.OrdinalIgnoreCase);
}
