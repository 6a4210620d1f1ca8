namespace Gateway.Benchmarks.Load;

/// <summary>Runs every load that was asked for and prints the figures.</summary>
static class LoadCommand
{
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is ["--help"])
        {
            Console.WriteLine(LoadOptions.Usage);
            return 0;
        }

        try
        {
            var options = LoadOptions.Parse(arguments);
            var report = new Report(MeasureFanOut(options), options.Wants(LoadMode.Idle) ? MeasureIdle(options) : null);
            Console.WriteLine(options.Json ? report.ToJson() : report.ToText());
            return report.IsSound ? 0 : 1;
        }
        catch (Exception fault) when (fault is LoadFault or IOException or System.Net.Sockets.SocketException)
        {
            Console.Error.WriteLine($"load: {fault.Message}");
            return 2;
        }
    }

    static List<FanOutResult> MeasureFanOut(LoadOptions options)
    {
        List<FanOutResult> results = [];
        if (options.Only == LoadMode.Idle)
            return results;

        using var server = ServerUnderTest.For(options);
        foreach (var count in options.Subscribers)
        {
            using var group = new SubscriberGroup(server, count, options.Size);
            if (options.Wants(LoadMode.Flooded))
                results.Add(group.Measure(Pace.Flooded(options.Window), TimeSpan.FromSeconds(options.Seconds)));
            if (options.Wants(LoadMode.Paced))
                results.Add(group.Measure(Pace.Paced(options.Rate), TimeSpan.FromSeconds(options.Seconds)));
        }

        return results;
    }

    /// <summary>On a server of its own: memory that a flood has left free would hide what connections take.</summary>
    static IdleResult MeasureIdle(LoadOptions options)
    {
        using var server = ServerUnderTest.For(options);
        return IdleRun.Measure(server, options.Idle);
    }
}
