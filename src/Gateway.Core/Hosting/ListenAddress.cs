using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Core.Hosting;

/// <summary>
/// An address to listen on: <c>http://host:port</c> or <c>https://host:port</c>, where the host is an IP address,
/// <c>localhost</c> or <c>*</c> for all, or <c>http://unix:/path/of.socket</c>.
/// </summary>
/// <param name="IsHttps">Whether connections are TLS.</param>
/// <param name="Host">The host as written, in lower case; empty for a Unix socket.</param>
/// <param name="Port">The port; 0 = any free one.</param>
/// <param name="SocketPath">The path of a Unix socket, else null.</param>
sealed record ListenAddress(bool IsHttps, string Host, int Port, string? SocketPath)
{
    public const string Allowed = "http://host:port, https://host:port or http://unix:/path of at most 107 bytes, without a path behind it";

    // What the operating system takes, less the zero at the end (unix(7)).
    const int LongestSocketPath = 107;

    const string UnixPrefix = "unix:";

    public static bool TryParse(string url, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        string[] parts = url.Trim().Split("://", 2);
        if (parts is not [var scheme, var rest] || scheme.ToLowerInvariant() is not ("http" or "https") || rest.Length == 0)
            return false;
        bool https = scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (rest.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase))
        {
            string path = rest[UnixPrefix.Length..];
            address = new(https, "", 0, path);
            return path.StartsWith('/') && path.Length > 1 && Encoding.UTF8.GetByteCount(path) <= LongestSocketPath;
        }
        rest = rest.TrimEnd('/');
        int colon = rest.EndsWith(']') ? -1 : rest.LastIndexOf(':');
        string host = (colon < 0 ? rest : rest[..colon]).ToLowerInvariant();
        int port = https ? 443 : 80;
        if (colon >= 0 && !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return false;
        address = new(https, host == "+" ? "*" : host, port, null);
        return port <= IPEndPoint.MaxPort && IsHost(address.Host);
    }

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLoopback => SocketPath != null || Host == "localhost" || (IP is { } ip && IPAddress.IsLoopback(ip));

    /// <summary>Whether binding both would be binding one address twice.</summary>
    public bool CollidesWith(ListenAddress other) =>
        SocketPath != null || other.SocketPath != null
            ? SocketPath == other.SocketPath
            : Port != 0 && Port == other.Port && (Host == other.Host || Host == "*" || other.Host == "*");

    /// <summary>Has the server listen here.</summary>
    public void Bind(KestrelServerOptions server, Action<ListenOptions> configure)
    {
        if (SocketPath != null)
            server.ListenUnixSocket(SocketPath, configure);
        else if (Host == "localhost" && Port != 0)
            server.ListenLocalhost(Port, configure);
        else if (Host == "*")
            server.ListenAnyIP(Port, configure);
        else
            server.Listen(IP ?? IPAddress.Loopback, Port, configure);
    }

    /// <summary>The URL under which clients reach it, once the port is known.</summary>
    public string Url(int boundPort)
    {
        string scheme = IsHttps ? "https" : "http";
        return SocketPath != null ? $"{scheme}://unix:{SocketPath}" : $"{scheme}://{Host}:{boundPort}";
    }

    /// <summary>The same with a path; behind that of a socket a colon begins it.</summary>
    public string Url(int boundPort, string path) => SocketPath != null ? $"{Url(boundPort)}:{path}" : Url(boundPort) + path;

    public override string ToString() => Url(Port);

    IPAddress? IP => IPAddress.TryParse(Host, out var ip) ? ip : null;

    static bool IsHost(string host) => host is "localhost" or "*" || (IPAddress.TryParse(host, out var ip)
        && host.StartsWith('[') == (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6));
}
