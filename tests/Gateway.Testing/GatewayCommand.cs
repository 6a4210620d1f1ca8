using System.Diagnostics;
using System.Text;

namespace Gateway.Testing;

/// <summary>Describes a run of the gateway that depends on nothing of the environment in which the tests run.</summary>
static class GatewayCommand
{
    public static ProcessStartInfo Create(
        string folder, IEnumerable<string>? args, IDictionary<string, string>? environment, string? program)
    {
        program ??= Repository.GatewayProgram;
        var isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? Repository.Dotnet : program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        if (isAssembly)
            start.ArgumentList.Add(program);
        foreach (var arg in args ?? [])
            start.ArgumentList.Add(arg);

        foreach (var name in start.Environment.Keys.Where(ConfiguresTheGateway).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    static bool ConfiguresTheGateway(string variable) =>
        variable.StartsWith("GATEWAY_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || variable.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);
}
