using System.Runtime.InteropServices;

namespace Gateway.Core.Connections.Reactors;

/// <summary>The calls of Linux that the framework does not offer, or only together with an engine of its own.</summary>
static partial class Libc
{
    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int BrokenProtocol = 71;
    public const int ConnectionAborted = 103;

    public const int DoNotBlock = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int SocketLevel = 1;
    public const int Linger = 13;
    public const int TcpLevel = 6;
    public const int TcpNoDelay = 1;
    public const int TcpUserTimeout = 18;

    public const int EndSending = 1;

    const int Descriptors = 7;
    const int LookOnly = 0x2;
    const int DoNotWait = 0x40;
    const int NoSignal = 0x4000;

    /// <summary>Receives what is there: the number of bytes, 0 at the end, -1 on an error.</summary>
    public static int Receive(SafeHandle socket, Span<byte> buffer) =>
        (int)recv(socket, ref MemoryMarshal.GetReference(buffer), buffer.Length, DoNotWait);

    /// <summary>What <see cref="Receive"/> would return for one byte, which stays.</summary>
    public static int Peek(SafeHandle socket)
    {
        byte first = 0;
        return (int)recv(socket, ref first, 1, DoNotWait | LookOnly);
    }

    /// <summary>How many descriptors the process may have.</summary>
    public static long MostDescriptors()
    {
        Span<ulong> nowAndAtMost = stackalloc ulong[2];
        return getrlimit(Descriptors, ref nowAndAtMost[0]) < 0 ? long.MaxValue : (long)Math.Min(nowAndAtMost[0], long.MaxValue);
    }

    /// <summary>The number that the next descriptor would have, the lowest that is free; -1 if there can be none.</summary>
    public static int NextDescriptor()
    {
        int next = eventfd(0, CloseOnExec);
        if (next >= 0)
            _ = close(next);
        return next;
    }

    /// <summary>Wakes who waits for a descriptor of <see cref="eventfd"/>.</summary>
    public static void Signal(SafeHandle signal) => _ = write(signal, 1, sizeof(ulong));

    /// <summary>Sends what fits: the number of bytes, -1 on an error.</summary>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes) =>
        (int)send(socket, in MemoryMarshal.GetReference(bytes), bytes.Length, DoNotWait | NoSignal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(SafeHandle listener, ref byte address, ref int addressLength, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(SafeHandle socket, ref byte address, ref int addressLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(SafeHandle socket, int level, int option, in int value, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int shutdown(SafeHandle socket, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(nint descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ref ulong limits);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, SafeHandle descriptor, in byte change);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, ref byte events, int capacity, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeHandle signal, in ulong count, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(SafeHandle socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(SafeHandle socket, in byte bytes, nint length, int flags);
}
