using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Connections.Transports;

/// <summary>
/// How long a client may take nothing of what is sent to it, because it is gone without a word or does not read, until the
/// system ends the connection (RFC 5482). By itself it would take a quarter of an hour. Only on Linux.
/// </summary>
static class SendTimeout
{
    const int IpProtocolTcp = 6;
    const int TcpUserTimeout = 18;

    /// <summary>Sets it for the connection of a request; zero leaves it to the system.</summary>
    public static void Set(HttpContext context, TimeSpan timeout)
    {
        if (timeout == TimeSpan.Zero || !OperatingSystem.IsLinux())
            return;
        if (context.Features.Get<ISendTimeoutFeature>() is { } feature)
            feature.Set(timeout);
        else if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: not AddressFamily.Unix } socket)
            socket.SetRawSocketOption(IpProtocolTcp, TcpUserTimeout, BitConverter.GetBytes((int)timeout.TotalMilliseconds));
    }
}
