using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Gateway.Core.Modules;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Architecture.Tests;

/// <summary>What was built: the assemblies beside the program, and the sources that they come from.</summary>
static class Built
{
    static readonly string[] FrameworkFolders = [FolderOf(typeof(object)), FolderOf(typeof(HttpContext))];

    public static Assembly Core { get; } = typeof(IGatewayModule).Assembly;

    /// <summary>The names of the built-in modules' assemblies.</summary>
    public static IReadOnlyList<string> Modules { get; } =
        [.. Directory.EnumerateFiles(ProgramFolder, "Gateway.Modules.*.dll").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    static string ProgramFolder => Path.GetDirectoryName(Repository.GatewayProgram)!;

    /// <summary>The file of an assembly, as it lies beside the program.</summary>
    public static string FileOf(string assembly) => Path.Combine(ProgramFolder, $"{assembly}.dll");

    /// <summary>Loads an assembly of ours.</summary>
    public static Assembly Load(string assembly) => Assembly.Load(new AssemblyName(assembly));

    /// <summary>The names of the assemblies that an assembly refers to, those of the framework left out.</summary>
    public static IReadOnlyList<string> ReferencesOf(string assembly)
    {
        using var stream = File.OpenRead(FileOf(assembly));
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return
        [
            .. metadata.AssemblyReferences
                .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
                .Where(name => !IsFrameworks(name))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The lines of a project's C# sources, each with where it stands.</summary>
    public static IEnumerable<(string Place, string Line)> SourceOf(string project)
    {
        string folder = Path.Combine(Repository.Root, "src", project);
        foreach (string file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(IsWritten).Order(StringComparer.Ordinal))
        {
            foreach (var (line, i) in File.ReadLines(file).Select((line, i) => (line, i)))
                yield return ($"{Path.GetRelativePath(Repository.Root, file)}:{i + 1}", line);
        }

        bool IsWritten(string file) => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj");
    }

    static bool IsFrameworks(string assembly) => FrameworkFolders.Any(folder => File.Exists(Path.Combine(folder, $"{assembly}.dll")));

    static string FolderOf(Type type) => Path.GetDirectoryName(type.Assembly.Location)!;
}
