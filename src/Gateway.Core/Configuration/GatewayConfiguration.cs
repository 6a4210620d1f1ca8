using System.Text;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Configuration;

/// <summary>
/// The configuration as its sources give it, each over the one before: <c>gateway.json</c>, <c>gateway.{Environment}.json</c>
/// beside it, environment variables that begin with <c>GATEWAY_</c>, the command line. Keys have no case.
/// A list that is given replaces the whole list below it; a JSON <c>null</c> takes away what the files before it said of the key.
/// What has been read stays as it is; <see cref="LoadAgain"/> reads all sources anew.
/// </summary>
public sealed class GatewayConfiguration
{
    const string DefaultFile = "gateway.json";
    // For editors, which complete and check by it.
    const string SchemaKey = "$schema";
    const string EnvironmentPrefix = "GATEWAY_";
    const string ReadableJson = "a readable JSON file, comments and trailing commas included";

    static readonly IReadOnlySet<string> NoNulls = new HashSet<string>();

    readonly string? _configFile;
    readonly IReadOnlyList<string> _commandLine;

    GatewayConfiguration(string? configFile, IReadOnlyList<string> commandLine, string? file, IConfigurationRoot root)
    {
        (_configFile, _commandLine) = (configFile, commandLine);
        File = file;
        Root = root;
        BaseDirectory = Path.GetDirectoryName(file) ?? Directory.GetCurrentDirectory();
    }

    /// <summary>All settings, merged.</summary>
    public IConfigurationRoot Root { get; }

    /// <summary>The full path of the configuration file, null where there is none.</summary>
    public string? File { get; }

    /// <summary>The folder of <see cref="File"/>, else the working directory: relative paths in the configuration start here.</summary>
    public string BaseDirectory { get; }

    /// <summary>Reads all sources. What cannot be read is a fault, and the other sources are read all the same.</summary>
    /// <param name="configFile">The file to read, which must exist; null for <c>gateway.json</c> in the working directory, if it is there.</param>
    /// <param name="commandLine">Settings as <c>--Section:Key=value</c>; any other argument is a fault.</param>
    /// <param name="faults">Takes one fault per unreadable or malformed file, duplicate key and argument.</param>
    public static GatewayConfiguration Load(string? configFile, IReadOnlyList<string> commandLine, ConfigurationFaults faults)
    {
        var file = FindFile(configFile, faults);
        var layers = new SettingLayers();
        foreach (var path in FilesOf(file))
            PutFile(layers, path, faults);
        layers.Remove(SchemaKey);
        layers.Put(new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).Build(), NoNulls);
        layers.Put(new ConfigurationBuilder().AddCommandLine(CommandLineSettings.Of(commandLine, faults)).Build(), NoNulls);
        return new GatewayConfiguration(configFile, commandLine, file, layers.Build());
    }

    /// <summary>Reads all sources once more.</summary>
    /// <param name="faults">As with <see cref="Load"/>.</param>
    public GatewayConfiguration LoadAgain(ConfigurationFaults faults) => Load(_configFile, _commandLine, faults);

    /// <summary>The text of the files as it is now, to be compared with that of another time; one that cannot be read counts as empty.</summary>
    internal string ReadFiles()
    {
        var unread = new ConfigurationFaults();
        return string.Join('\0', FilesOf(FindFile(_configFile, unread)).Select(path => ReadText(path, unread)));
    }

    static string? FindFile(string? configFile, ConfigurationFaults faults)
    {
        if (configFile is null)
            return System.IO.File.Exists(DefaultFile) ? Path.GetFullPath(DefaultFile) : null;

        if (!string.IsNullOrWhiteSpace(configFile) && !configFile.Contains('\0'))
            return Path.GetFullPath(configFile);

        faults.Add("--config", $"\"{configFile}\" is not a path", ReadableJson);
        return null;
    }

    static IEnumerable<string> FilesOf(string? file)
    {
        if (file is null) yield break;
        yield return file;

        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
        if (string.IsNullOrEmpty(environment)) environment = "Production";
        var overlay = Path.ChangeExtension(file, environment + Path.GetExtension(file));
        if (System.IO.File.Exists(overlay)) yield return overlay;
    }

    static void PutFile(SettingLayers layers, string path, ConfigurationFaults faults)
    {
        if (ReadText(path, faults) is not { } text) return;

        var json = Encoding.UTF8.GetBytes(text);
        var scan = new JsonScan(json);
        var wrong = scan.Run();
        foreach (var fault in wrong)
            faults.Add(path, fault, ReadableJson);
        if (wrong.Count == 0)
            layers.Put(new ConfigurationBuilder().AddJsonStream(new MemoryStream(json)).Build(), scan.Nulls);
    }

    static string? ReadText(string path, ConfigurationFaults faults)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(path, $"cannot be read: {failure.Message}", ReadableJson);
            return null;
        }
    }
}
