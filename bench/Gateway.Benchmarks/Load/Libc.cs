using System.Runtime.InteropServices;

namespace Gateway.Benchmarks.Load;

/// <summary>The few calls of Linux that the framework does not offer, or only at a price per call.</summary>
static partial class Libc
{
    internal const int TryAgain = 11;
    const int DoNotWait = 0x40;
    const int NoSignal = 0x4000;

    /// <summary>Receives what is there without waiting: the number of bytes, 0 at the end, -1 on an error.</summary>
    internal static int Receive(int descriptor, Span<byte> buffer) =>
        (int)recv(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, DoNotWait);

    /// <summary>Sends what fits without waiting: the number of bytes, -1 on an error.</summary>
    internal static int Send(int descriptor, ReadOnlySpan<byte> bytes) =>
        (int)send(descriptor, in MemoryMarshal.GetReference(bytes), bytes.Length, DoNotWait | NoSignal);

    /// <summary>Sleeps with the kernel's precision, which the framework rounds up to milliseconds.</summary>
    internal static void Sleep(TimeSpan duration) => nanosleep(TimeSpec.From(duration), 0);

    /// <summary>User and system time of a process so far, in nanoseconds where /proc counts in ticks of 10 ms.</summary>
    internal static TimeSpan CpuTime(int process)
    {
        // How the kernel numbers the clock of a process: what clock_getcpuclockid(3) returns.
        int clock = (~process << 3) | 2;
        return clock_gettime(clock, out var time) == 0 ? time.ToTimeSpan() : throw new LoadFault("the server's process has ended");
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int descriptor, in byte change);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_pwait2(int epoll, ref byte events, int capacity, in TimeSpec timeout, nint signals);

    [LibraryImport("libc")]
    internal static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, in byte bytes, nint length, int flags);

    [LibraryImport("libc")]
    private static partial int nanosleep(in TimeSpec duration, nint rest);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    /// <summary>A duration as the kernel takes it.</summary>
    internal readonly record struct TimeSpec(long Seconds, long Nanoseconds)
    {
        internal static TimeSpec From(TimeSpan duration)
        {
            var nanoseconds = Math.Max(0, duration.Ticks) * TimeSpan.NanosecondsPerTick;
            return new(nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        }

        internal TimeSpan ToTimeSpan() => TimeSpan.FromTicks((Seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / TimeSpan.NanosecondsPerTick));
    }
}
