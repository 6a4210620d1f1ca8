namespace Gateway.Testing;

/// <summary>Test vectors that others wrote, which are not part of the repository.</summary>
public static class SharedVectors
{
    /// <summary>A folder of <c>shared/vectors</c> beside the repository, or beside one of the folders above it; null where there is none.</summary>
    public static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(Repository.Root); folder != null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "vectors", name);
            if (Directory.Exists(path))
                return path;
        }
        return null;
    }
}
