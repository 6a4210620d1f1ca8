namespace Gateway.Core.Connections.Transports;

/// <summary>Present where the socket is not the framework's, and the system can be told when to give a client up.</summary>
interface ISendTimeoutFeature
{
    /// <summary>How long a client may take nothing of what is sent to it until the system ends the connection (RFC 5482).</summary>
    void Set(TimeSpan timeout);
}
