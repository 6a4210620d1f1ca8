using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Benchmarks.Load;

/// <summary>Says which of many descriptors have something to read; each is known by a key of the caller's.</summary>
sealed class Epoll : IDisposable
{
    const int Capacity = 1024;
    const int Add = 1;
    const int Remove = 2;
    const int Readable = 1;

    // The kernel's record is packed on x64 only.
    static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    static readonly int RecordLength = KeyOffset + 8;

    readonly byte[] _events = new byte[Capacity * RecordLength];
    readonly int _descriptor = Checked(Libc.epoll_create1(0));

    internal void Watch(int descriptor, int key)
    {
        Span<byte> change = stackalloc byte[RecordLength];
        MemoryMarshal.Write(change, Readable);
        MemoryMarshal.Write(change[KeyOffset..], key);
        Checked(Libc.epoll_ctl(_descriptor, Add, descriptor, in change[0]));
    }

    internal void Forget(int descriptor) => Checked(Libc.epoll_ctl(_descriptor, Remove, descriptor, in _events[0]));

    /// <summary>Waits until something is readable, and returns how many descriptors are.</summary>
    internal int Wait(TimeSpan timeout) =>
        Math.Max(0, Libc.epoll_pwait2(_descriptor, ref _events[0], Capacity, Libc.TimeSpec.From(timeout), 0));

    /// <summary>The key of a descriptor that the last wait found.</summary>
    internal int Key(int index) => MemoryMarshal.Read<int>(_events.AsSpan(index * RecordLength + KeyOffset));

    public void Dispose() => _ = Libc.close(_descriptor);

    static int Checked(int result) => result >= 0 ? result : throw new LoadFault(new Win32Exception().Message);
}
