namespace Gateway.Modules.Channels.Tests;

/// <summary>
/// The ways to the same channels, in the order of their addresses. Plain ones send on the socket itself, those with
/// TLS through the web server's stream.
/// </summary>
public enum Door
{
    SharedPath,
    SharedPathTls,
    OwnAddress,
    OwnAddressTls,
    OwnUnixSocket,
}
