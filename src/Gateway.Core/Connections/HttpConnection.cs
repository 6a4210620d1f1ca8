using System.Net;
using Gateway.Core.Auth;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Connections;

/// <summary>
/// A client whose HTTP request goes on: a response that is sent as it is made, such as server-sent events, or a body that
/// is read as it comes. Frames that are sent to it go into the response as they are; a handler that writes the response
/// itself sends none. See <see cref="HttpConnections.ServeAsync"/>.
/// </summary>
public sealed class HttpConnection : ClientConnection
{
    internal HttpConnection(
        ConnectionSettings settings, ITransport transport, SenderLoops loops, IPAddress? address, Identity identity, bool outlivesDrain)
        : base(settings, transport, loops, address, identity) => OutlivesDrain = outlivesDrain;

    internal override bool OutlivesDrain { get; }

    /// <summary>Counts, as a message delivered, bytes that the handler has written to the response itself.</summary>
    public void CountSent(long bytes) => Settings.Metrics.AddDelivered(new(1, bytes));

    /// <summary>Counts, as a message published, bytes that the handler has read from the body.</summary>
    public void CountReceived(long bytes) => Settings.Metrics.AddPublished(new FrameCount(1, bytes));

    // What follows the last frame is the response's own end.
    private protected override Frame? ClosingFrame(CloseReason reason, string? detail) => null;

    private protected override Task AwaitClientsEndAsync(CancellationToken cancellation) => Task.CompletedTask;

    internal void ClientHasGone() => Vanished();
}
