using Gateway.Benchmarks.Load;

namespace Gateway.Compare;

/// <summary>The repository that this program was built in.</summary>
static class Repository
{
    /// <summary>Its root.</summary>
    internal static string Folder { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return folder.FullName;
        }

        throw new LoadFault($"no Gateway.sln above {AppContext.BaseDirectory}");
    }
}
