using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Opens connections, some dozen handshakes at a time.</summary>
static class Opener
{
    const int AtOnce = 64;

    /// <summary>Opens connections into the loop, which is served meanwhile, and returns when all are accepted.</summary>
    internal static List<TConnection> Open<TConnection>(Loop loop, int count, Func<int, TConnection> connect, TimeSpan limit)
        where TConnection : Connection
    {
        List<TConnection> connections = new(count);
        long begin = Stopwatch.GetTimestamp();
        int open = 0;
        while (open < count)
        {
            for (; connections.Count < count && connections.Count - open < AtOnce; loop.Add(connections[^1]))
                connections.Add(connect(connections.Count));
            loop.Poll(TimeSpan.FromMilliseconds(1));
            // In order, so that each is looked at once; those behind one that is late wait with it.
            while (open < connections.Count && connections[open].IsOpen)
                open++;
            if (connections.Count > open && connections[open].IsOver)
                throw new LoadFault($"the server closed a connection after {open} of {count}");
            if (Stopwatch.GetElapsedTime(begin) > limit)
                throw new LoadFault($"{open} of {count} connections were accepted within {limit.TotalSeconds} s");
        }

        return connections;
    }
}
