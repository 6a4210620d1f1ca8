using System.Diagnostics;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Gateway.Core.Storage;

namespace Gateway.Host;

/// <summary>Runs the gateway until the process is told to stop.</summary>
static class RunCommand
{
    public static async Task<int> RunAsync(CommandLine arguments)
    {
        var faults = new ConfigurationFaults();
        var configuration = GatewayConfiguration.Load(arguments.ConfigFile, arguments.Settings, faults);
        var server = GatewayServer.Build(configuration, faults);
        if (server == null)
            return await CheckConfigCommand.RefuseAsync(faults).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
            return await RunAsync(server, configuration).ConfigureAwait(false);
    }

    static async Task<int> RunAsync(GatewayServer server, GatewayConfiguration configuration)
    {
        try
        {
            await server.StartAsync().ConfigureAwait(false);
        }
        catch (DocumentStoreException e)
        {
            await Console.Error.WriteLineAsync($"The gateway cannot start: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The gateway cannot listen: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        await AnnounceAsync(server, configuration).ConfigureAwait(false);
        await server.WaitForShutdownAsync().ConfigureAwait(false);
        return ExitCodes.Fine;
    }

    static async Task AnnounceAsync(GatewayServer server, GatewayConfiguration configuration)
    {
        if (server.Addresses.Count == 0)
            await Console.Error.WriteLineAsync($"No module is enabled in {configuration.File ?? "the settings (there is no gateway.json here)"}.").ConfigureAwait(false);
        foreach (var module in server.Addresses)
            await Console.Out.WriteLineAsync($"{module.Module} {string.Join(' ', module.Urls)}").ConfigureAwait(false);
        if (server.EmbeddedRedis is { } redis)
            await Console.Out.WriteLineAsync($"redis {redis}").ConfigureAwait(false);
        foreach (string url in server.AdminUrls)
            await Console.Out.WriteLineAsync($"admin {url}").ConfigureAwait(false);
        var age = DateTime.Now - Process.GetCurrentProcess().StartTime;
        await Console.Out.WriteLineAsync($"Gateway ready in {age.TotalMilliseconds:0} ms").ConfigureAwait(false);
    }
}
