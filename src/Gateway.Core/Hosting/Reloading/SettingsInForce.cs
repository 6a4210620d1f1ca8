using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Hosting.Reloading;

/// <summary>The settings that the gateway runs by, which are not always those of the file. Not safe for use by several threads.</summary>
sealed class SettingsInForce(IConfigurationRoot start)
{
    readonly Dictionary<string, string?> _settings = Flatten(start);

    /// <summary>The keys whose values differ, in order; a list is one key.</summary>
    public IReadOnlyList<string> ChangesTo(IConfigurationRoot next)
    {
        var settings = Flatten(next);
        return
        [
            .. _settings.Keys.Union(settings.Keys, StringComparer.OrdinalIgnoreCase)
                .Where(key => Differ(key, _settings, settings))
                .Select(WholeOf).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>These keys have their new values from now on.</summary>
    public void Take(IConfigurationRoot next, IEnumerable<string> keys)
    {
        var taken = keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (string key in _settings.Keys.Where(key => taken.Contains(WholeOf(key))).ToList())
            _settings.Remove(key);
        foreach (var (key, value) in Flatten(next).Where(setting => taken.Contains(WholeOf(setting.Key))))
            _settings[key] = value;
    }

    // An empty section that gets keys, or loses its last one, is told of by those.
    static bool Differ(string key, Dictionary<string, string?> before, Dictionary<string, string?> after)
    {
        if (before.TryGetValue(key, out string? one) && after.TryGetValue(key, out string? other))
            return one != other;
        var without = before.ContainsKey(key) ? after : before;
        return one != null || (after.TryGetValue(key, out other) && other != null)
            || !without.Keys.Any(below => below.StartsWith(key + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase));
    }

    // Values, and sections with nothing in them, which say that something is there.
    static Dictionary<string, string?> Flatten(IConfigurationRoot root) => root.AsEnumerable()
        .Where(setting => setting.Value != null || !root.GetSection(setting.Key).GetChildren().Any())
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    static string WholeOf(string key) =>
        SettingLayers.IsIndex(ConfigurationPath.GetSectionKey(key)) ? ConfigurationPath.GetParentPath(key) ?? key : key;
}
