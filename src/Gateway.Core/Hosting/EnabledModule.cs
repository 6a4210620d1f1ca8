using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;

namespace Gateway.Core.Hosting;

/// <summary>A module that runs, with its options as configured.</summary>
sealed record EnabledModule(IGatewayModule Module, ModuleOptions Options)
{
    public string Name => Module.Name;

    /// <summary>Which pages may use it.</summary>
    public OriginPolicy Origins { get; } = new(Options.AllowedOrigins);

    /// <summary>The doors to it: its path on the shared addresses, and the root of addresses of its own.</summary>
    public IEnumerable<Door> Doors
    {
        get
        {
            yield return new(Name, Door.SharedPrefix(Options.Path!), Origins);
            if (Options.Listen.Count > 0)
                yield return new(Name, Door.OwnPrefix(Name), Origins);
        }
    }

    public ConnectionSettings Settings(GatewayMetrics metrics) => new()
    {
        Module = Name,
        Metrics = metrics.For(Name),
        QueueBytes = Options.QueueBytes == 0 ? long.MaxValue : Options.QueueBytes,
        SlowConsumer = Options.SlowConsumer,
    };
}
