using System.Net;
using System.Net.Sockets;

namespace Gateway.Core.Connections.Reactors;

/// <summary>The addresses of a socket's two ends.</summary>
static class SocketNames
{
    /// <summary>Accepts a connection that waits.</summary>
    /// <returns>The number of the new socket, and where its client connects from; -1 if there is none.</returns>
    public static (int Descriptor, EndPoint? Client) Accept(ReactorSocket listener)
    {
        var address = new SocketAddress(AddressFamily.InterNetworkV6);
        int length = address.Size;
        int descriptor = Libc.accept4(listener, ref address.Buffer.Span[0], ref length, Libc.DoNotBlock | Libc.CloseOnExec);
        return (descriptor, descriptor < 0 ? null : Read(address, length));
    }

    /// <summary>Where a client has connected to; null if it has gone.</summary>
    public static EndPoint? LocalOf(ReactorSocket socket)
    {
        var address = new SocketAddress(AddressFamily.InterNetworkV6);
        int length = address.Size;
        try
        {
            return Libc.getsockname(socket, ref address.Buffer.Span[0], ref length) < 0 ? null : Read(address, length);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    static EndPoint Read(SocketAddress address, int length)
    {
        address.Size = length;
        IPEndPoint form = address.Family == AddressFamily.InterNetwork ? new(IPAddress.Any, 0) : new(IPAddress.IPv6Any, 0);
        return form.Create(address);
    }
}
