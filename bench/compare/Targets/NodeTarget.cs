using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>Node.js with the package ws.</summary>
sealed class NodeTarget : ProcessTarget
{
    readonly string? _node = Programs.Find("node");

    internal override string Name => "node + ws";

    internal override string? Missing =>
        _node is null ? $"apt-get install nodejs npm; {InstallPackage}" : Package is null ? InstallPackage : null;

    internal override string Version => $"node {Programs.FirstLine(_node!, "--version")}, ws {Package}";

    internal override bool Can(Channel channel) => channel == Channel.WebSocket;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = Framing.WebSocket,
        Target = topic => $"/sub/t{topic}",
        PublisherFraming = Framing.WebSocket,
        PublisherTarget = topic => $"/pub/t{topic}",
    };

    protected override ProcessUsage Run(ServerProcess process, int port) =>
        process.Start(port, _node!, [Path.Combine(AppContext.BaseDirectory, "peers/ws.js"), $"{port}"], ("NODE_PATH", Modules));

    static string InstallPackage => $"npm install --no-save --prefix {Folder} ws";

    // Beside the server's source, where git ignores it.
    static string Folder => Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(Repository.Folder, "bench/compare/peers"));

    static string Modules => string.Join(':', Path.Combine(Repository.Folder, "bench/compare/peers/node_modules"), Environment.GetEnvironmentVariable("NODE_PATH"));

    /// <summary>The version of the package; nothing when it is not there.</summary>
    string? Package => Modules.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, "ws/package.json")).FirstOrDefault(File.Exists) is { } file
        ? System.Text.Json.JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("version").GetString()
        : null;
}
