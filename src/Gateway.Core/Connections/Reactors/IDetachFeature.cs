using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Connections.Reactors;

/// <summary>Present where a connection can leave the web server.</summary>
interface IDetachFeature
{
    /// <summary>Whether it can: nothing stands between the web server and the socket.</summary>
    bool CanDetach { get; }

    /// <summary>The loop that waits for the connection's socket: the one to send to it.</summary>
    SenderLoop Loop { get; }

    /// <summary>
    /// The feature of a request whose connection can leave; to be asked for before the answer begins. Of HTTP/2 a request is
    /// only a part of the connection.
    /// </summary>
    static IDetachFeature? Of(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IDetachFeature>() is { CanDetach: true } feature ? feature : null;

    /// <summary>
    /// Takes the connection away from the web server, which then sees its end without a word to the client. To be called
    /// once the head of the answer has been flushed; nothing but the transport may be used from then on.
    /// </summary>
    /// <param name="readsAtOnce">See <see cref="ReactorTransport.ResumesAtOnce"/>.</param>
    /// <returns>Null when the client has gone meanwhile.</returns>
    ReactorTransport? Detach(bool readsAtOnce);
}
