namespace Gateway.Core.Connections.Reactors;

/// <summary>Who a socket belongs to.</summary>
interface IReactorHandler
{
    /// <summary>
    /// Something has changed. Runs on the reactor's thread, on which all other sockets wait: must neither block nor run
    /// foreign code.
    /// </summary>
    /// <param name="readable">There may be bytes, or the end.</param>
    /// <param name="ended">Nothing more will come from the client: whoever reads, reads to the end, as no other change follows.</param>
    /// <param name="writable">There may be room to write, where it was asked for (<see cref="Reactor.Recheck"/>), or an error.</param>
    void OnChange(bool readable, bool ended, bool writable);
}
