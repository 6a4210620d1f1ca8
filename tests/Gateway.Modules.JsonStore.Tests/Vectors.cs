using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>Test vectors that others wrote, which lie outside the repository.</summary>
static class Vectors
{
    /// <summary>A folder of <see cref="SharedVectors"/>; skips the test where there is none.</summary>
    public static string Folder(string name) =>
        SharedVectors.Find(name) ?? throw new SkipException($"there is no folder shared/vectors/{name} beside or above the repository");
}
