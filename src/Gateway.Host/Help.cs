using System.Reflection;

namespace Gateway.Host;

/// <summary>What the program says about itself.</summary>
static class Help
{
    const string Usage = """
        Usage:
          Gateway.Host [--config FILE] [--Section:Key=value ...]               run the gateway
          Gateway.Host check-config [--config FILE] [--Section:Key=value ...]  print every fault and exit 1, or "ok"
          Gateway.Host --help | --version

        Settings come from FILE, else gateway.json in the working directory; then gateway.{DOTNET_ENVIRONMENT}.json
        beside it, variables such as GATEWAY_Limits__Connections=1000, and the command line.
        Exit codes: 0 fine, 1 refused (configuration, arguments), 2 failed.
        """;

    public static async Task<int> ShowAsync()
    {
        await Console.Out.WriteLineAsync(Usage).ConfigureAwait(false);
        return ExitCodes.Fine;
    }

    public static async Task<int> ShowVersionAsync()
    {
        var version = typeof(Help).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        await Console.Out.WriteLineAsync($"Gateway {version.Split('+')[0]}").ConfigureAwait(false);
        return ExitCodes.Fine;
    }

    public static async Task<int> RefuseAsync(string refusal)
    {
        await Console.Error.WriteLineAsync($"{refusal}\n\n{Usage}").ConfigureAwait(false);
        return ExitCodes.Refused;
    }
}
