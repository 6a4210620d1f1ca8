namespace Gateway.Testing;

/// <summary>Finds, from a test's own place, the repository and the programs that were built with the test.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Gateway.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>Debug</c> or <c>Release</c>: that of the running test, so that it tests what was built with it.</summary>
    public static string BuildConfiguration { get; } =
        AppContext.BaseDirectory.Contains(Path.Combine("bin", "Release"), StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";

    /// <summary>The built gateway.</summary>
    public static string GatewayProgram { get; } =
        Path.Combine(Root, "src", "Gateway.Host", "bin", BuildConfiguration, "net10.0", "Gateway.Host.dll");

    /// <summary>The program that runs assemblies: the one that runs the test.</summary>
    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Gateway.sln.");
    }
}
