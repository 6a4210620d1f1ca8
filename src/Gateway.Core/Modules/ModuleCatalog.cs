using System.Reflection;
using System.Runtime.Loader;
using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Modules;

/// <summary>
/// The modules that there are: in assemblies beside the program that refer to Gateway.Core, and in those of each folder
/// below <c>plugins/</c>, which are loaded apart. Whatever cannot be loaded is a fault: a gateway that lacks a
/// protocol must not look as if it ran.
/// </summary>
public sealed class ModuleCatalog
{
    readonly SortedDictionary<string, (Type Type, string File)> _modules = new(StringComparer.OrdinalIgnoreCase);
    readonly SortedDictionary<string, (IAuthSchemeType Type, string File)> _schemes = new(StringComparer.OrdinalIgnoreCase);
    readonly SortedDictionary<string, (IGrantClaim Claim, string File)> _claims = new(StringComparer.Ordinal);
    readonly HashSet<string> _faulty = [];
    readonly ConfigurationFaults _faults;

    ModuleCatalog(ConfigurationFaults faults) => _faults = faults;

    /// <summary>The names of all modules, in order.</summary>
    public IReadOnlyCollection<string> Names => _modules.Keys;

    /// <summary>The types of authentication schemes, in order.</summary>
    public IReadOnlyCollection<string> SchemeTypes => _schemes.Keys;

    /// <summary>The claims that grant something.</summary>
    public GrantClaims GrantClaims => new([.. _claims.Values.Select(found => found.Claim)]);

    /// <summary>Scans a program's folder.</summary>
    /// <param name="folder">The folder of the program.</param>
    /// <param name="faults">Gets a line for each file that cannot be loaded.</param>
    public static ModuleCatalog Scan(string folder, ConfigurationFaults faults)
    {
        var catalog = new ModuleCatalog(faults);
        catalog.Add(typeof(ModuleCatalog).Assembly, typeof(ModuleCatalog).Assembly.Location);
        foreach (string file in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
            catalog.AddBesideProgram(file);
        string plugins = Path.Combine(folder, "plugins");
        if (Directory.Exists(plugins))
        {
            foreach (string plugin in Directory.EnumerateDirectories(plugins).Order(StringComparer.Ordinal))
                catalog.AddPlugin(plugin);
        }
        return catalog;
    }

    /// <summary>A new module of a name, in any case; null if there is none.</summary>
    public IGatewayModule? Create(string name) =>
        _modules.TryGetValue(name, out var found) ? (IGatewayModule)Activator.CreateInstance(found.Type)! : null;

    /// <summary>The type of scheme of a name, in any case; null if there is none.</summary>
    public IAuthSchemeType? FindScheme(string type) => _schemes.TryGetValue(type, out var found) ? found.Type : null;

    void AddBesideProgram(string file)
    {
        if (Refers(file) == true)
            Guarded(file, () => Add(AssemblyLoadContext.Default.LoadFromAssemblyPath(file), file));
    }

    void AddPlugin(string folder)
    {
        var candidates = Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file) != "Gateway.Core.dll").ToList();
        var files = candidates.Where(file => Refers(file) == true).ToList();
        bool found = false;
        foreach (string file in files)
            Guarded(file, () => found |= Add(new PluginLoadContext(file).LoadFromAssemblyPath(file), file) > 0);
        if (!found && !candidates.Any(_faulty.Contains))
            Fault(folder, "no module in it", "a folder with the assembly of a module, or no folder at all");
    }

    // Null, and a fault, where the file cannot be read.
    bool? Refers(string file)
    {
        bool? refers = null;
        Guarded(file, () => refers = ModuleAssembly.RefersToCore(file));
        return refers;
    }

    void Guarded(string file, Action load)
    {
        try
        {
            load();
        }
        catch (Exception e)
        {
            _faulty.Add(file);
            Fault(file, Explain(e), "an assembly for this version of the gateway");
        }
    }

    int Add(Assembly assembly, string file)
    {
        var services = new ServiceCollection();
        services.Scan(scan => scan.FromAssemblies(assembly)
            .AddClasses(classes => classes.AssignableTo<IGatewayModule>(), publicOnly: true).As<IGatewayModule>().WithSingletonLifetime()
            .AddClasses(classes => classes.AssignableTo<IAuthSchemeType>(), publicOnly: true).As<IAuthSchemeType>().WithSingletonLifetime()
            .AddClasses(classes => classes.AssignableTo<IGrantClaim>(), publicOnly: true).As<IGrantClaim>().WithSingletonLifetime());
        using var provider = services.BuildServiceProvider();
        int found = 0;
        foreach (var module in provider.GetServices<IGatewayModule>())
            found += Keep(_modules, "module", module.Name, (module.GetType(), file), file);
        foreach (var scheme in provider.GetServices<IAuthSchemeType>())
            found += Keep(_schemes, "type of scheme", scheme.Type, (scheme, file), file);
        foreach (var claim in provider.GetServices<IGrantClaim>())
            found += Keep(_claims, "claim", claim.Name, (claim, file), file);
        return found;
    }

    int Keep<T>(SortedDictionary<string, (T, string File)> known, string kind, string name, (T, string) found, string file)
    {
        if (!known.TryAdd(name, found))
            Fault(file, $"a second {kind} named {name}; the first is in {known[name].File}", "one of a name");
        return 1;
    }

    void Fault(string file, string wrong, string allowed) => _faults.Add(file, wrong, allowed);

    static string Explain(Exception exception) => exception switch
    {
        BadImageFormatException => "not a .NET assembly, or a damaged one",
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => $"cannot be loaded: {first.Message}",
        TargetInvocationException { InnerException: { } inner } => $"cannot be loaded: {inner.Message}",
        _ => $"cannot be loaded: {exception.Message}",
    };
}
