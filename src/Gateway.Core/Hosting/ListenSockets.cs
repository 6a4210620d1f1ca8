using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Core.Hosting;

/// <summary>The sockets that the gateway listens on; accepted connections inherit their settings.</summary>
static class ListenSockets
{
    /// <summary>
    /// What the kernel holds for a client that does not read. Without a bound it grows to several megabytes, which
    /// would hide a slow consumer from its queue for as long.
    /// </summary>
    const int SendBufferBytes = 64 * 1024;

    public static Socket Create(EndPoint endpoint)
    {
        if (endpoint is UnixDomainSocketEndPoint)
            RemoveStale(endpoint);
        try
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SendBufferBytes;
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.AddressAlreadyInUse)
        {
            // The server names the address in that one case only.
            throw new IOException($"{endpoint}: {e.Message}", e);
        }
    }

    // The file of a process that was killed stays behind. One that somebody answers on is not stale.
    static void RemoveStale(EndPoint endpoint)
    {
        string path = endpoint.ToString()!;
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
