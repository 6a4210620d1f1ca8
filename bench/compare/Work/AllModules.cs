using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>All modules of one gateway at work at once, each at a pace of its own, with a client's thread for each.</summary>
sealed class AllModules(string name, int subscribers, int rate) : Job(name, Channel.All)
{
    internal override bool For(Target target) => target is GatewayTarget;

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        var groups = server.Dialects.Select(entry => (entry.Key, Group: new Group(entry.Value, subscribers))).ToList();
        try
        {
            Together(groups, group => Measurement.Warm(group, Pace.At(rate)));
            var measured = new Dictionary<Group, Measurement>();
            Together(groups, group =>
            {
                var measurement = Measurement.Of(server, group, Pace.At(rate), duration);
                lock (measured)
                    measured.Add(group, measurement);
            });
            double deliveries = measured.Values.Sum(one => (double)one.Tally.Deliveries);
            // Each has counted the server and the client as a whole.
            var (cpu, client) = (measured.Values.Max(one => one.ServerCpu), measured.Values.Max(one => one.ClientCpu));
            return
            [
                new Sample($"{Name}: together", Metric.Server,
                [
                    (Metric.Deliveries, measured.Values.Sum(one => one.DeliveriesPerSecond)),
                    (Metric.Server, cpu.TotalMicroseconds / deliveries),
                    (Metric.Client, client.TotalMicroseconds / deliveries),
                ]),
                .. groups.Select(entry => Of(entry.Key, measured[entry.Group])),
            ];
        }
        finally
        {
            groups.ForEach(entry => entry.Group.Dispose());
        }
    }

    Sample Of(Channel channel, Measurement one) => new($"{Name}: {channel}", Metric.P99, [.. one.ToSample("").Values.Where(value => value.Metric != Metric.Server && value.Metric != Metric.Client)]);

    static void Together(IReadOnlyList<(Channel, Group Group)> groups, Action<Group> action)
    {
        List<Exception> faults = [];
        var threads = groups.Select(entry => new Thread(() =>
        {
            try
            {
                action(entry.Group);
            }
            catch (LoadFault fault)
            {
                lock (faults)
                    faults.Add(fault);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (faults.Count > 0)
            throw faults[0];
    }
}
