using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Connections;

/// <summary>
/// What a module answers to a client that asks for a WebSocket. It is given once the request has been looked at, so
/// that the handler holds what it needs of the request and not the request itself.
/// </summary>
public readonly struct WebSocketAnswer
{
    WebSocketAnswer(Func<WebSocketConnection, CancellationToken, Task>? handler, IResult? refusal) =>
        (Handler, Refusal) = (handler, refusal);

    internal Func<WebSocketConnection, CancellationToken, Task>? Handler { get; }

    internal IResult? Refusal { get; }

    /// <summary>Opens the WebSocket and has the handler serve it. The connection ends when the handler returns.</summary>
    /// <param name="handler">Gets the connection and a token that is cancelled when the connection begins to end.</param>
    public static WebSocketAnswer Accept(Func<WebSocketConnection, CancellationToken, Task> handler) => new(handler, null);

    /// <summary>Answers by HTTP instead.</summary>
    public static WebSocketAnswer Refuse(IResult answer) => new(null, answer);
}
