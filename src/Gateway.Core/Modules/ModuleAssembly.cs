using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Gateway.Core.Modules;

/// <summary>Tells by its metadata, without loading it, whether a file may hold modules.</summary>
static class ModuleAssembly
{
    static readonly string Core = typeof(IGatewayModule).Assembly.GetName().Name!;

    /// <summary>Whether the file is a .NET assembly that refers to Gateway.Core; throws where it cannot be read.</summary>
    /// <exception cref="BadImageFormatException">It is damaged, or no assembly at all.</exception>
    public static bool RefersToCore(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        if (!image.HasMetadata)
            return false;
        var metadata = image.GetMetadataReader();
        return metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Contains(Core);
    }
}
