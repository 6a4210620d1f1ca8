using Gateway.Core.Tenants;

namespace Gateway.Core.Hosting;

/// <summary>The folder below which everything durable lives.</summary>
/// <param name="Path">Its full path; it exists only once somebody has asked for a folder in it.</param>
public sealed record DataDirectory(string Path)
{
    /// <summary>What belongs to one tenant: the folder itself for the default one, so that a deployment without tenants has none.</summary>
    internal DataDirectory Of(string tenant) => tenant == Tenant.DefaultName ? this : new(System.IO.Path.Combine(Path, "tenants", tenant));

    /// <summary>The folder of one owner, such as a module, made if it does not exist yet.</summary>
    public string Folder(string owner) => Directory.CreateDirectory(System.IO.Path.Combine(Path, owner)).FullName;
}
