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

    /// <summary>
    /// Creates the schemes of <c>Auth</c> sections. Those of <paramref name="running"/> whose settings are the same are taken
    /// over, with what they have cached and keep open, and so are those that cannot be replaced.
    /// </summary>
    public static Schemes Create(
        IReadOnlyDictionary<string, IConfigurationSection> sections, Schemes? running, ModuleCatalog catalog, AuthSchemeContext context, ConfigurationFaults faults)
    {
        var schemes = new Schemes();
        foreach (var (name, section) in sections)
        {
            if (name.Equals(ModuleOptions.OpenToAll, StringComparison.OrdinalIgnoreCase))
                faults.Add(section.Path, "no name for a scheme", $"any other name: {ModuleOptions.OpenToAll} stands for no scheme");
            else if (section["Type"] is not { } type || catalog.FindScheme(type) is not { } found)
                faults.Add($"{section.Path}:Type", section["Type"] is { } given ? $"\"{given}\" is no type of scheme" : "missing", string.Join(", ", catalog.SchemeTypes));
            else
                schemes.Add(name, found, section, running, context, faults);
        }
        return schemes;
    }

    /// <summary>Whether a scheme runs on with its settings although the configuration has others.</summary>
    public bool Keeps(string name) => _schemes.TryGetValue(name, out var scheme) && !scheme.Type.CanBeReplaced;

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
    public void Provide(string name, string type, Schemes? running, ModuleCatalog catalog, AuthSchemeContext context, ConfigurationFaults faults)
    {
        if (_schemes.ContainsKey(name))
            return;
        var found = catalog.FindScheme(type) ?? throw new InvalidOperationException($"There is no type {type} of schemes.");
        var section = new ConfigurationBuilder().AddInMemoryCollection([new($"Auth:{name}:Type", type)]).Build().GetSection($"Auth:{name}");
        Add(name, found, section, running, context, faults);
    }

    /// <summary>Closes those that others do not have.</summary>
    public async ValueTask DisposeExceptAsync(Schemes others)
    {
        foreach (var scheme in _schemes.Values.Where(scheme => !others._schemes.ContainsValue(scheme)))
            await DisposeAsync(scheme).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var scheme in _schemes.Values)
            await DisposeAsync(scheme).ConfigureAwait(false);
    }

    void Add(string name, IAuthSchemeType type, IConfigurationSection section, Schemes? running, AuthSchemeContext context, ConfigurationFaults faults)
    {
        var settings = section.AsEnumerable(makePathsRelative: true).ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase);
        if (running?._schemes.GetValueOrDefault(name) is { } before && before.Type == type && (!type.CanBeReplaced || IsSame(before.Settings, settings)))
            _schemes[name] = before;
        else if (type.Create(name, section, context, faults) is { } scheme)
            _schemes[name] = new(scheme, Asked(scheme, context.Time), type, settings);
    }

    static bool IsSame(IReadOnlyDictionary<string, string?> a, Dictionary<string, string?> b) =>
        a.Count == b.Count && a.All(setting => b.TryGetValue(setting.Key, out string? value) && value == setting.Value);

    static ValueTask DisposeAsync(NamedScheme scheme) => scheme.Scheme is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;

    static IAuthScheme Asked(IAuthScheme scheme, TimeProvider time) =>
        scheme is ICacheableScheme cacheable ? new CachedScheme(cacheable, new TokenCache(), time) : scheme;
}
