namespace Gateway.Testing;

/// <summary>A new empty folder that is removed, with all that it holds, when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's absolute path; short, as a Unix socket in it may have about 100 characters.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("gateway-").FullName;

    /// <summary>Writes a file and returns its absolute path.</summary>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
