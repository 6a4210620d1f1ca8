using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Core.Connections.Reactors;

/// <summary>Says which of many descriptors can be read or written; each is known by a key of the caller's.</summary>
sealed class Epoll : IDisposable
{
    const int Capacity = 512;
    const int Add = 1;
    const int Change = 3;

    // The kernel's record is packed on x64 only.
    static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    static readonly int RecordLength = KeyOffset + sizeof(ulong);

    readonly byte[] _events = new byte[Capacity * RecordLength];
    readonly int _descriptor = Checked(Libc.epoll_create1(Libc.CloseOnExec));

    public void Watch(SafeHandle descriptor, EpollEvents events, ulong key) => Checked(Control(Add, descriptor, events, key));

    /// <summary>Watches for other events. One that holds already is told at once.</summary>
    public void Rewatch(SafeHandle descriptor, EpollEvents events, ulong key) => Checked(Control(Change, descriptor, events, key));

    /// <summary>Looks whether something can be done, or waits until it can, and returns how many descriptors are meant.</summary>
    public int Wait(bool forever) => Math.Max(0, Libc.epoll_wait(_descriptor, ref _events[0], Capacity, timeout: forever ? -1 : 0));

    /// <summary>What the last wait found.</summary>
    public (EpollEvents Events, ulong Key) this[int index]
    {
        get
        {
            var record = _events.AsSpan(index * RecordLength, RecordLength);
            return (MemoryMarshal.Read<EpollEvents>(record), MemoryMarshal.Read<ulong>(record[KeyOffset..]));
        }
    }

    public void Dispose() => _ = Libc.close(_descriptor);

    int Control(int operation, SafeHandle descriptor, EpollEvents events, ulong key)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        MemoryMarshal.Write(record, events);
        MemoryMarshal.Write(record[KeyOffset..], key);
        return Libc.epoll_ctl(_descriptor, operation, descriptor, in record[0]);
    }

    static int Checked(int result) => result >= 0 ? result : throw new IOException($"epoll: {new Win32Exception().Message}");
}
