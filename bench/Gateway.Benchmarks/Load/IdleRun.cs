namespace Gateway.Benchmarks.Load;

/// <summary>Opens connections, waits until the server's memory is steady, and compares it with what it was before.</summary>
static class IdleRun
{
    const int WarmUpConnections = 1000;
    const double Steady = 0.002;
    const int SteadySamples = 8;
    const int MostSamples = 120;
    static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(250);

    internal static IdleResult Measure(ServerUnderTest server, int connections)
    {
        var connector = new Connector(server.Channel);
        Open(connector, new ClientLoop(), WarmUpConnections).Dispose();

        using var loop = new ClientLoop();
        var before = Settle(server, loop);
        var cpu = server.Usage.Cpu;
        Open(connector, loop, connections);
        cpu = server.Usage.Cpu - cpu;
        var after = Settle(server, loop);

        return new()
        {
            Connections = connections,
            BytesPerConnection = (double)(after - before) / connections,
            ServerMicrosPerConnect = cpu.TotalMicroseconds / connections,
            ResidentBytesBefore = before,
            ResidentBytesAfter = after,
            Disconnected = loop.Ended,
        };
    }

    static ClientLoop Open(Connector connector, ClientLoop loop, int connections)
    {
        connector.Open(connections, socket => new WebSocketClient(socket), loop);
        return loop;
    }

    /// <summary>The resident memory once it has hardly changed for two seconds, or after half a minute as it is then.</summary>
    static long Settle(ServerUnderTest server, ClientLoop loop)
    {
        var resident = server.Usage.ResidentBytes;
        for (var (sample, steady) = (0, 0); sample < MostSamples && steady < SteadySamples; sample++)
        {
            loop.PollFor(SampleInterval);
            var now = server.Usage.ResidentBytes;
            steady = Math.Abs(now - resident) <= resident * Steady ? steady + 1 : 0;
            resident = now;
        }

        return resident;
    }
}
