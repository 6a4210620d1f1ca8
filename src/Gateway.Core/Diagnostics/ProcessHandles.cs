using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// How many file descriptors (Linux) or handles the process has open. Linux since 6.2 says how many as the size of
/// <c>/proc/self/fd</c>; to list them, as there is no other way before that, asks the kernel about each.
/// </summary>
static class ProcessHandles
{
    const string Descriptors = "/proc/self/fd";
    const int CurrentDirectory = -100;
    const uint Size = 0x200;
    const int SizeAt = 40;
    const int StatLength = 256;

    public static long Count()
    {
        if (Directory.Exists(Descriptors))
            return SizeOfFolder() is > 0 and var count ? count : Directory.EnumerateFileSystemEntries(Descriptors).LongCount();
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }

    static long SizeOfFolder()
    {
        byte[] stat = new byte[StatLength];
        return Statx(CurrentDirectory, Descriptors, 0, Size, stat) == 0 ? BinaryPrimitives.ReadInt64LittleEndian(stat.AsSpan(SizeAt)) : 0;
    }

    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi)]
    static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPStr)] string path, int flags, uint mask, [Out] byte[] stat);
}
