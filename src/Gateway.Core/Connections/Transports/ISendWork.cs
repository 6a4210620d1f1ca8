namespace Gateway.Core.Connections.Transports;

/// <summary>Something that has bytes to send: a connection with a queue, or a topic's part on this loop.</summary>
interface ISendWork
{
    /// <summary>Sends what waits now. Runs on the loop's thread; must neither block nor run foreign code.</summary>
    void Send(SenderLoop loop);
}
