using System.Reflection;

namespace Gateway.Host;

/// <summary>What the program says about itself.</summary>
static class Help
{
    const string Usage = """
        Usage:
          Gateway.Host [--config FILE] [--Section:Key=value ...]               run the gateway
          Gateway.Host check-config [--config FILE] [--Section:Key=value ...]  print every fault and exit 1, or "ok"
          Gateway.Host token [-p PATH:MODES ...] [-g MODULE:PATH:ACTIONS ...]  print a JWT with grants
          Gateway.Host stream URL STREAM_ID [--force] [--token T]              send standard input into a byte stream, as it comes
          Gateway.Host health URL                                              exit 0 if the health page says so, else 2
          Gateway.Host --help | --version

        Settings come from FILE, else gateway.json in the working directory; then gateway.{DOTNET_ENVIRONMENT}.json
        beside it, variables such as GATEWAY_Limits__Connections=1000, and the command line.

        Options of token (docs/authorization.md):
          -p, --path PATH:MODES             grants paths of the JSON store; MODES is r, w or rw
          -g, --grant MODULE:PATH:ACTIONS   grants paths of any module, such as channels:/room/*:subscribe,publish
          -e, --expires SECONDS             from now; else it never expires
          -s, --jwt-secret S                to sign it with; else the variable JWT_SECRET; without, it is not signed
          --subject S                       whom it is for

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
