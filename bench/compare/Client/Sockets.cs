using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>TCP over IPv4 loopback by descriptor: an object for each connection would cost the client more than its reads.</summary>
static partial class Sockets
{
    const int Internet = 2;
    const int Stream = 1;
    const int CloseOnExec = 0x80000;
    const int SocketLevel = 1;
    const int ReuseAddress = 2;
    const int ReceiveBuffer = 8;
    const int Tcp = 6;
    const int NoDelay = 1;
    const int NoSignal = 0x4000;
    const int AddressLength = 16;

    /// <summary>Opens a connection to this machine.</summary>
    /// <param name="port">Where to.</param>
    /// <param name="receiveBuffer">A receive buffer of so many bytes, for a client that is to be slow; 0 leaves it to the system.</param>
    internal static int Connect(int port, int receiveBuffer = 0)
    {
        int descriptor = Create();
        if (receiveBuffer > 0)
            Checked(setsockopt(descriptor, SocketLevel, ReceiveBuffer, receiveBuffer, sizeof(int)));
        Checked(connect(descriptor, Address(port), AddressLength));
        return descriptor;
    }

    /// <summary>Listens on a free port of the loopback address.</summary>
    internal static int Listen(int port)
    {
        int descriptor = Create();
        Checked(setsockopt(descriptor, SocketLevel, ReuseAddress, 1, sizeof(int)));
        Checked(bind(descriptor, Address(port), AddressLength));
        Checked(listen(descriptor, 4096));
        return descriptor;
    }

    internal static int Accept(int listener)
    {
        int descriptor = Checked(accept4(listener, 0, 0, CloseOnExec));
        Checked(setsockopt(descriptor, Tcp, NoDelay, 1, sizeof(int)));
        return descriptor;
    }

    /// <summary>Sends all of it, however long that takes; false when the peer is gone.</summary>
    internal static bool SendAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = (int)send(descriptor, in MemoryMarshal.GetReference(bytes), bytes.Length, NoSignal);
            if (sent < 0)
                return false;
            bytes = bytes[sent..];
        }

        return true;
    }

    /// <summary>A port that nobody listens on at the moment.</summary>
    internal static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static bool IsListening(int port)
    {
        int descriptor = Create();
        try
        {
            return connect(descriptor, Address(port), AddressLength) == 0;
        }
        finally
        {
            _ = Libc.close(descriptor);
        }
    }

    static int Create()
    {
        int descriptor = Checked(socket(Internet, Stream | CloseOnExec, 0));
        Checked(setsockopt(descriptor, Tcp, NoDelay, 1, sizeof(int)));
        return descriptor;
    }

    static byte[] Address(int port)
    {
        byte[] address = new byte[AddressLength];
        address[0] = Internet;
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)port);
        IPAddress.Loopback.TryWriteBytes(address.AsSpan(4), out _);
        return address;
    }

    static int Checked(int result) => result >= 0 ? result : throw new LoadFault(new Win32Exception().Message);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int descriptor, byte[] address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, byte[] address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int descriptor, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int descriptor, nint address, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int option, in int value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, in byte bytes, nint length, int flags);
}
