using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Core.Connections.Reactors;

/// <summary>
/// A socket that the reactor waits for. Being a handle, it is closed once, and not while somebody is in the middle of a
/// call on it: a number of a descriptor that is closed may be a stranger's. No call here blocks.
/// </summary>
sealed class ReactorSocket : SafeHandle
{
    readonly Reactor _reactor;
    readonly Socket? _listening;
    volatile IReactorHandler? _handler;

    /// <param name="reactor">Who waits for it, after <see cref="Reactor.Add"/>.</param>
    /// <param name="descriptor">Its number.</param>
    public ReactorSocket(Reactor reactor, int descriptor) : base(-1, ownsHandle: true)
    {
        _reactor = reactor;
        SetHandle(descriptor);
    }

    /// <param name="reactor">Who waits for it, after <see cref="Reactor.Add"/>.</param>
    /// <param name="listening">A socket of the framework's, on which nothing has been accepted; closed with this.</param>
    public ReactorSocket(Reactor reactor, Socket listening) : this(reactor, (int)listening.Handle)
    {
        _listening = listening;
        listening.Blocking = false;
    }

    public override bool IsInvalid => handle < 0;

    public int Descriptor => (int)handle;

    /// <summary>Tells it from others that have had its number.</summary>
    public uint Generation { get; set; }

    /// <summary>Who is told what happens. One that is replaced may be told once more.</summary>
    public IReactorHandler? Handler
    {
        get => _handler;
        set => _handler = value;
    }

    public Reactor Reactor => _reactor;

    /// <summary>Receives what is there; 0 bytes at the end. False when there is nothing for the moment.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public bool TryReceive(Span<byte> buffer, out int received)
    {
        try
        {
            do
                received = Libc.Receive(this, buffer);
            while (received < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
        return received >= 0 || WouldBlock("receive");
    }

    /// <summary>Whether there is something to receive: bytes, the end, or that the client is gone.</summary>
    public bool HasInput()
    {
        try
        {
            return Libc.Peek(this) >= 0 || Marshal.GetLastPInvokeError() is not (Libc.TryAgain or Libc.Interrupted);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Whether all has been received that will ever come.</summary>
    public bool IsAtEnd()
    {
        try
        {
            return Libc.Peek(this) is var found && found <= 0 && (found == 0 || Marshal.GetLastPInvokeError() is not (Libc.TryAgain or Libc.Interrupted));
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Sends what fits. False when there is no room for more at the moment.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        try
        {
            while (sent < bytes.Length)
            {
                int taken = Libc.Send(this, bytes[sent..]);
                if (taken >= 0)
                    sent += taken;
                else if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    return WouldBlock("send");
            }
            return true;
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
    }

    /// <summary>Tells the client that no more bytes come.</summary>
    public void EndSending()
    {
        try
        {
            _ = Libc.shutdown(this, Libc.EndSending);
        }
        catch (ObjectDisposedException)
        {
            // That told it as well.
        }
    }

    /// <summary>Sets an option that is a number; whether the system takes it is its own affair.</summary>
    public void Set(int level, int option, int value) => _ = Libc.setsockopt(this, level, option, in value, sizeof(int));

    /// <summary>Ends the connection at once: the client sees a reset, and what it has not been sent is dropped.</summary>
    public void Cut()
    {
        try
        {
            ReadOnlySpan<int> atOnce = [1, 0];
            _ = Libc.setsockopt(this, Libc.SocketLevel, Libc.Linger, in atOnce[0], 2 * sizeof(int));
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
        Dispose();
    }

    protected override bool ReleaseHandle()
    {
        _reactor.Forget(this);
        if (_listening == null)
            return Libc.close(handle) == 0;
        _listening.Dispose();
        return true;
    }

    static bool WouldBlock(string operation)
    {
        int error = Marshal.GetLastPInvokeError();
        return error == Libc.TryAgain ? false : throw new IOException($"The socket refused to {operation}: {new Win32Exception(error).Message}.");
    }

    static IOException Closed(ObjectDisposedException e) => new("The socket is closed.", e);
}
