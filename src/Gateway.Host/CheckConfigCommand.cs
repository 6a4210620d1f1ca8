using Gateway.Core.Configuration;
using Gateway.Core.Hosting;

namespace Gateway.Host;

/// <summary><c>check-config</c>: everything that a start would refuse, without starting.</summary>
static class CheckConfigCommand
{
    public static async Task<int> RunAsync(CommandLine arguments)
    {
        var faults = new ConfigurationFaults();
        var configuration = GatewayConfiguration.Load(arguments.ConfigFile, arguments.Settings, faults);
        var server = GatewayServer.Build(configuration, faults);
        if (server == null)
            return await RefuseAsync(faults).ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        await Console.Out.WriteLineAsync("ok").ConfigureAwait(false);
        return ExitCodes.Fine;
    }

    /// <summary>Prints the faults, one a line.</summary>
    public static async Task<int> RefuseAsync(ConfigurationFaults faults)
    {
        foreach (string line in faults.Lines)
            await Console.Error.WriteLineAsync(line).ConfigureAwait(false);
        return ExitCodes.Refused;
    }
}
