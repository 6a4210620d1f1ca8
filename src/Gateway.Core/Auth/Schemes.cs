using Gateway.Core.Configuration;
using Gateway.Core.Modules;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth;

/// <summary>A tenant's schemes, by name.</summary>
sealed class Schemes : IAsyncDisposable
{
    readonly Dictionary<string, NamedScheme> _schemes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyCollection<NamedScheme> All => _schemes.Values;

    /// <summary>Creates the schemes of <c>Auth</c> sections.</summary>
    public static Schemes Create(
        IReadOnlyDictionary<string, IConfigurationSection> sections, ModuleCatalog catalog, AuthSchemeContext context, ConfigurationFaults faults)
    {
        var schemes = new Schemes();
        foreach (var (name, section) in sections)
        {
            if (name.Equals(ModuleOptions.OpenToAll, StringComparison.OrdinalIgnoreCase))
                faults.Add(section.Path, "no name for a scheme", $"any other name: {ModuleOptions.OpenToAll} stands for no scheme");
            else if (section["Type"] is not { } type || catalog.FindScheme(type) is not { } found)
                faults.Add($"{section.Path}:Type", section["Type"] is { } given ? $"\"{given}\" is no type of scheme" : "missing", string.Join(", ", catalog.SchemeTypes));
            else if (found.Create(name, section, context, faults) is { } scheme)
                schemes._schemes[name] = new(scheme, Asked(scheme, context.Time));
        }
        return schemes;
    }

    /// <summary>The schemes that a module names, in its order; a name that there is not is a fault.</summary>
    public IReadOnlyList<NamedScheme> Select(IReadOnlyList<string> names, string key, ConfigurationFaults faults)
    {
        var selected = new List<NamedScheme>();
        foreach (string name in names.Where(name => !name.Equals(ModuleOptions.OpenToAll, StringComparison.OrdinalIgnoreCase)))
        {
            if (_schemes.TryGetValue(name, out var scheme))
                selected.Add(scheme);
            else
                faults.Add(key, $"\"{name}\" is no scheme here", string.Join(", ", _schemes.Keys.Append(ModuleOptions.OpenToAll)));
        }
        return selected;
    }

    /// <summary>Sees to it that there is a scheme of a name: of a type's defaults, unless there is one.</summary>
    public void Provide(string name, string type, ModuleCatalog catalog, AuthSchemeContext context, ConfigurationFaults faults)
    {
        if (_schemes.ContainsKey(name))
            return;
        var found = catalog.FindScheme(type) ?? throw new InvalidOperationException($"There is no type {type} of schemes.");
        var section = new ConfigurationBuilder().AddInMemoryCollection([new($"Auth:{name}:Type", type)]).Build().GetSection($"Auth:{name}");
        if (found.Create(name, section, context, faults) is { } scheme)
            _schemes[name] = new(scheme, Asked(scheme, context.Time));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var scheme in _schemes.Values)
        {
            if (scheme.Scheme is IAsyncDisposable disposable)
                await disposable.DisposeAsync().ConfigureAwait(false);
        }
    }

    static IAuthScheme Asked(IAuthScheme scheme, TimeProvider time) =>
        scheme is ICacheableScheme cacheable ? new CachedScheme(cacheable, new TokenCache(), time) : scheme;
}
