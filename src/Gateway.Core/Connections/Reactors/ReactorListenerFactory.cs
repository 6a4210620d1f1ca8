using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Connections.Reactors;

/// <summary>
/// Listens in the web server's place on the plain TCP addresses that it was given, so that connections can leave it
/// (<see cref="IDetachFeature"/>). Only on Linux.
/// </summary>
sealed class ReactorListenerFactory(Reactor[] reactors, IMemoryPoolFactory<byte> memory, ILogger<ReactorListener> log)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    const int Backlog = 512;

    readonly MemoryPool<byte> _memory = memory.Create();
    readonly List<IPEndPoint> _claimed = [];

    /// <summary>Listens on an address for the web server, should it ask for it.</summary>
    public void Claim(IPEndPoint address) => _claimed.Add(address);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint asked && _claimed.Any(claimed => IsMeant(claimed, asked));

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        try
        {
            socket = ListenSockets.Create(endpoint);
            socket.Listen(Backlog);
            return new(new ReactorListener(reactors, socket, _memory, log));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket?.Dispose();
            throw new AddressInUseException(e.Message, e);
        }
    }

    public void Dispose() => _memory.Dispose();

    // The web server asks for the very object, or for one of the same port where it listens on both loopback addresses, or
    // on all addresses of a machine without IPv6. Several addresses may have port 0: there only the object counts.
    static bool IsMeant(IPEndPoint claimed, IPEndPoint asked) =>
        ReferenceEquals(claimed, asked)
        || (claimed.Port != 0 && claimed.Port == asked.Port
            && (claimed.Address.Equals(asked.Address)
                || (claimed.Address.Equals(IPAddress.Loopback) && asked.Address.Equals(IPAddress.IPv6Loopback))
                || (claimed.Address.Equals(IPAddress.IPv6Any) && asked.Address.Equals(IPAddress.Any))));
}
