using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>Ports for programs that cannot choose one themselves.</summary>
public static class FreePort
{
    /// <summary>A port of the loopback address that was free a moment ago.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
