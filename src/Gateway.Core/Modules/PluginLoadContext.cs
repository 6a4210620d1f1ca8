using System.Reflection;
using System.Runtime.Loader;

namespace Gateway.Core.Modules;

/// <summary>
/// The assemblies of one folder below <c>plugins/</c>, apart from those of other plug-ins. What the program itself
/// brings, Gateway.Core and the framework with it, always comes from the program: a copy in the folder would be other
/// types of the same names.
/// </summary>
sealed class PluginLoadContext(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file))
{
    static readonly string[] Shared = ["Gateway.Core", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "System."];

    readonly AssemblyDependencyResolver _resolver = new(file);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Shared.Any(prefix => assemblyName.Name!.StartsWith(prefix, StringComparison.Ordinal)) && IsInProgram(assemblyName))
            return null;
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    static bool IsInProgram(AssemblyName name)
    {
        try
        {
            Default.LoadFromAssemblyName(name);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
