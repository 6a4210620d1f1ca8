namespace Gateway.Core.Connections.Reactors;

/// <summary>What can happen on a descriptor (epoll_ctl(2)).</summary>
[Flags]
enum EpollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Failed = 0x8,
    HungUp = 0x10,
    ClientEnded = 0x2000,

    /// <summary>Told once for each change, not for as long as it holds.</summary>
    Edge = 0x8000_0000,
}
