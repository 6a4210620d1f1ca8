using System.Net;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Auth;

/// <summary>
/// Counts and logs the clients that are refused. Requests are by themselves; a module whose clients show their tokens in
/// messages of its own protocol tells of those that it refuses. Thread-safe.
/// </summary>
public sealed partial class Refusals
{
    readonly GatewayMetrics _metrics;
    readonly ConnectionRegistry _connections;
    readonly ILogger<Refusals> _log;

    internal Refusals(GatewayMetrics metrics, ConnectionRegistry connections, ILogger<Refusals> log) =>
        (_metrics, _connections, _log) = (metrics, connections, log);

    /// <summary>A connected client has asked for something that it does not get.</summary>
    /// <param name="client">The client.</param>
    /// <param name="fault">Why not.</param>
    public void Add(ClientConnection client, AuthFault fault) => Add(client.Tenant, client.Module, fault, client.Address);

    internal void Add(string tenant, string module, AuthFault fault, IPAddress? address)
    {
        _metrics.For(tenant, module).AddRefused(fault.Code);
        _connections.Endings.AddRefused(tenant, module, address, fault.Code, fault.Reason);
        Refused(tenant, module, fault.Code, fault.Reason, address?.ToString());
    }

    [LoggerMessage(1301, LogLevel.Information, "{Tenant}/{Module}: {Address} refused, {Code}: {Reason}", EventName = "ClientRefused")]
    partial void Refused(string tenant, string module, string code, string? reason, string? address);
}
