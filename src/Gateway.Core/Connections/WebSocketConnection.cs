using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using Gateway.Core.Auth;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Connections;

/// <summary>
/// A client on a WebSocket (RFC 6455). Pings are answered and broken framing is closed with the fitting code before the
/// module sees anything of it.
/// </summary>
public sealed class WebSocketConnection : ClientConnection
{
    const int ReadBytes = 16 * 1024;

    readonly WebSocketCompression? _compression;
    WebSocketDecoder _decoder;
    byte[]? _buffer;
    Memory<byte> _unread;
    ushort _clientsCode = WebSocketCloseCode.NoStatus;
    bool _clientSaidGoodbye;
    bool _broken;
    bool _moreIsLikely;

    internal WebSocketConnection(
        ConnectionSettings settings, ITransport transport, SenderLoop loop, IPAddress? address, Identity identity, WebSocketCompression? compression = null)
        : base(settings, transport, loop, address, identity)
    {
        _decoder = new WebSocketDecoder(settings.WebSocket.MaxMessageBytes, compression != null);
        _compression = compression;
    }

    internal override bool HasLeftUnheard => IsHeld && _unread.IsEmpty && Transport.ClientHasEnded;

    /// <summary>
    /// The client's messages, one after the other, to be read by one reader. The sequence ends when the connection
    /// does, for whatever reason. While the client leaves its own answers unread, no more is read from it.
    /// </summary>
    /// <param name="cancellation">Ends the reading earlier, with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<ClientMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var either = cancellation == Closing || !cancellation.CanBeCanceled
            ? null
            : CancellationTokenSource.CreateLinkedTokenSource(Closing, cancellation);
        // All waiting is done here, not in methods of its own: an idle client's memory is mostly that of methods that wait.
        while (Ending == null)
        {
            while (Ending == null && TryReadMessage(out var message))
            {
                IsHeld = true;
                yield return message;
                IsHeld = false;
                Heard();
            }
            try
            {
                var token = either?.Token ?? Closing;
                if (!HasRoom)
                    await WaitForRoomAsync(token).ConfigureAwait(false);
                if (either == null && Transport.InterruptsReads)
                    token = CancellationToken.None;
                if (Transport is PendingTransport pending)
                {
                    await pending.Opened.WaitAsync(token).ConfigureAwait(false);
                    continue;
                }
                if (!HoldsBuffer())
                    await Transport.ReadAsync(Memory<byte>.Empty, token).ConfigureAwait(false);
                if (!Fill(await Transport.ReadAsync(RentBuffer(), token).ConfigureAwait(false)))
                    Vanished();
            }
            catch (OperationCanceledException) when (Closing.IsCancellationRequested)
            {
                // The connection is ending: so does the sequence.
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                Vanished();
            }
        }
        ReleaseBuffer();
    }

    /// <summary>Sends a message that was received, in the kind in which it came; see <see cref="ClientConnection.Send"/>.</summary>
    public bool Send(ClientMessage message) => Send(message.ToFrame());

    /// <summary>
    /// Begins to end the connection with a close code of the module's protocol (RFC 6455, section 7.4.2); the first
    /// reason given is the one that counts.
    /// </summary>
    /// <param name="reason">Why: for log and metrics.</param>
    /// <param name="code">What the client is told, and a text of at most 123 bytes of UTF-8.</param>
    public void Close(CloseReason reason, WebSocketClose code)
    {
        ArgumentNullException.ThrowIfNull(code);
        Close(reason, Frame.Control(WebSocketFrames.Close(code.Code, code.Text)));
    }

    private protected override bool Compresses => _compression != null;

    private protected override Frame OnWire(Frame frame) => _compression == null ? frame : frame.CompressedFor(_compression);

    private protected override Frame ClosingFrame(CloseReason reason, string? detail)
    {
        if (reason == CloseReason.ClientClosed)
            return Frame.Control(WebSocketFrames.Close(_clientsCode, ""));
        return Frame.Control(Settings.WebSocket.PlainEndings.Contains(reason)
            ? WebSocketFrames.Close(CloseReason.Finished.Code(), "")
            : WebSocketFrames.Close(reason.Code(), detail ?? reason.Text()));
    }

    /// <summary>Reads on until the client's Close, or, after broken framing, until the client ends the stream.</summary>
    private protected override async Task AwaitClientsEndAsync(CancellationToken cancellation)
    {
        try
        {
            while (!_clientSaidGoodbye)
            {
                if (_broken)
                {
                    Transport.EndSending();
                    _unread = default;
                }
                else if (TryReadMessage(out _))
                {
                    continue;
                }
                if (!_clientSaidGoodbye && !await FillAsync(cancellation).ConfigureAwait(false))
                    return;
            }
        }
        finally
        {
            ReleaseBuffer();
            _decoder.Dispose();
        }
    }

    async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (!HoldsBuffer())
            await Transport.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        return Fill(await Transport.ReadAsync(RentBuffer(), cancellation).ConfigureAwait(false));
    }

    // While the client says nothing there is none to wait with.
    bool HoldsBuffer()
    {
        if (_unread.IsEmpty && !_moreIsLikely)
            ReleaseBuffer();
        return _buffer != null;
    }

    byte[] RentBuffer() => _buffer ??= ArrayPool<byte>.Shared.Rent(ReadBytes);

    // False at the end of the stream.
    bool Fill(int read)
    {
        _moreIsLikely = read == _buffer!.Length;
        _unread = _buffer.AsMemory(0, read);
        if (read > 0)
            Heard();
        return read > 0;
    }

    /// <summary>Goes through what has been received until the next message, and answers the control frames on the way.</summary>
    bool TryReadMessage(out ClientMessage message)
    {
        message = default;
        try
        {
            while (_decoder.Read(_unread, out int consumed, out var received))
            {
                _unread = _unread[consumed..];
                switch (received.Kind)
                {
                    case WebSocketOpcode.Text or WebSocketOpcode.Binary when !TakeFromLimits(received.Payload.Length):
                        return false;
                    case WebSocketOpcode.Text or WebSocketOpcode.Binary:
                        message = new(received.Kind == WebSocketOpcode.Text, received.Payload);
                        return true;
                    case WebSocketOpcode.Ping:
                        Send(Frame.Control(WebSocketFrames.Pong(received.Payload.Span)));
                        break;
                    case WebSocketOpcode.Close:
                        _clientSaidGoodbye = true;
                        _clientsCode = received.CloseCode;
                        Close(CloseReason.ClientClosed);
                        return false;
                }
            }
            _unread = default;
        }
        catch (WebSocketProtocolException e)
        {
            _broken = true;
            var reason = ReasonOf(e.CloseCode);
            if (reason == CloseReason.MessageTooLarge && Settings.WebSocket.MessageTooLarge is { } code)
                Close(reason, code);
            else
                Close(reason, e.Message);
        }
        return false;
    }

    bool TakeFromLimits(int bytes)
    {
        if (Settings.Tenant.Limits.TryTakeMessage(bytes) == TimeSpan.Zero)
            return true;
        Close(CloseReason.LimitReached, "too many messages or bytes in a second");
        return false;
    }

    void ReleaseBuffer()
    {
        if (_buffer != null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    static CloseReason ReasonOf(ushort code) => code switch
    {
        WebSocketCloseCode.InvalidData => CloseReason.InvalidData,
        WebSocketCloseCode.MessageTooBig => CloseReason.MessageTooLarge,
        _ => CloseReason.ProtocolError,
    };
}
