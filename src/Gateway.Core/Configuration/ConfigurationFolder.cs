namespace Gateway.Core.Configuration;

/// <summary>What relative file names in the configuration are relative to: the folder of the configuration file.</summary>
/// <param name="Path">Its full path.</param>
public sealed record ConfigurationFolder(string Path)
{
    /// <summary>The full path of a file that the configuration names.</summary>
    public string Resolve(string file) => System.IO.Path.GetFullPath(file, Path);
}
