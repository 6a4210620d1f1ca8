using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Configuration;

/// <summary>
/// Settings of several sources, put over each other. Where the stock providers merge lists index by index,
/// a layer that gives a list here, as elements or as one text, replaces the whole list below it.
/// Values that are named by numbers are what the providers make of a list, so a map of texts with such names is replaced too.
/// </summary>
sealed class SettingLayers
{
    readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Puts a layer over those before it. A key in <paramref name="nulls"/> takes away what they say of it and below it.</summary>
    public void Put(IConfigurationRoot layer, IReadOnlySet<string> nulls)
    {
        var settings = layer.AsEnumerable().ToList();
        var given = settings
            .Where(setting => setting.Value is not null || nulls.Contains(setting.Key))
            .Select(setting => WholeOf(setting.Key))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        foreach (var key in _settings.Keys.Where(key => given.Contains(WholeOf(key)) || nulls.Any(parent => IsBelow(key, parent))).ToList())
            _settings.Remove(key);

        foreach (var (key, value) in settings.Where(setting => !nulls.Contains(setting.Key)))
        {
            // A null that is left stands for a section, empty or not: it has nothing to say against a value.
            if (value is null)
                _settings.TryAdd(key, null);
            else
                _settings[key] = value;
        }
    }

    /// <summary>Takes a key away that is no setting.</summary>
    public void Remove(string key) => _settings.Remove(key);

    public IConfigurationRoot Build() => new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();

    /// <summary>Whether the name of a key is what the providers give the elements of a list.</summary>
    public static bool IsIndex(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The list that a key is an element of, else the key itself.</summary>
    static string WholeOf(string key) =>
        IsIndex(ConfigurationPath.GetSectionKey(key)) ? ConfigurationPath.GetParentPath(key) ?? key : key;

    static bool IsBelow(string key, string parent) =>
        key.StartsWith(parent + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase);
}
