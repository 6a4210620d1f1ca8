using System.Net.Sockets;

namespace Gateway.Core.Connections.Transports;

/// <summary>Present where everything that the web server flushes is on the wire at once.</summary>
interface ISocketOutputFeature
{
    /// <summary>The connection's socket; sending on it is in order with what was flushed before.</summary>
    Socket Socket { get; }
}
