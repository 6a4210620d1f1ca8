using System.Net;
using Gateway.Core.Auth;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Connections;

/// <summary>
/// A client whose HTTP request goes on: a response that is sent as it is made, such as server-sent events, or a body that
/// is read as it comes. Frames that are sent to it go into the response as they are; a handler that writes the response
/// itself sends none. See <see cref="HttpConnections.ServeAsync"/> and <see cref="HttpConnections.ServeFramesAsync"/>.
/// </summary>
public sealed class HttpConnection : ClientConnection
{
    static readonly Frame LastChunk = Frame.Chunk("0\r\n\r\n"u8);

    internal HttpConnection(
        ConnectionSettings settings, ITransport transport, SenderLoop loop, IPAddress? address, Identity identity, bool outlivesDrain, bool isChunked)
        : base(settings, transport, loop, address, identity) => (OutlivesDrain, IsChunked) = (outlivesDrain, isChunked);

    internal override bool OutlivesDrain { get; }

    internal override bool IsChunked { get; }

    /// <summary>Counts, as a message delivered, bytes that the handler has written to the response itself.</summary>
    public void CountSent(long bytes) => Settings.Metrics.AddDelivered(new(1, bytes));

    /// <summary>Counts, as a message published, bytes that the handler has read from the body.</summary>
    public void CountReceived(long bytes) => Settings.Metrics.AddPublished(new FrameCount(1, bytes));

    private protected override Frame OnWire(Frame frame) => IsChunked ? frame.Chunked : frame;

    // Where the web server writes the response, it ends it as well. One that is incomplete is to look so.
    private protected override Frame? ClosingFrame(CloseReason reason, string? detail) =>
        IsChunked && reason != CloseReason.InternalError ? LastChunk : null;

    private protected override Task AwaitClientsEndAsync(CancellationToken cancellation) => Task.CompletedTask;

    internal override void EndTransport()
    {
        if (IsChunked && Ending == CloseReason.InternalError)
            Transport.Abort();
        else
            base.EndTransport();
    }

    internal void ClientHasGone() => Vanished();
}
