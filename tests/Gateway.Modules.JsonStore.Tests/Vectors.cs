using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>Test vectors that others wrote, which lie outside the repository.</summary>
static class Vectors
{
    /// <summary>A folder of <c>shared/vectors</c> beside the repository, or beside one of the folders above it; skips the test where there is none.</summary>
    public static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(Repository.Root); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "vectors", name);
            if (Directory.Exists(path))
                return path;
        }
        throw new SkipException($"there is no folder shared/vectors/{name} beside or above the repository");
    }
}
