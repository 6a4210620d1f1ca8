using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Core.Configuration;
using Gateway.Core.Modules;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Admin;

/// <summary>Settings as operators may see them: what is a secret, or may hold one, is masked.</summary>
static partial class ShownSettings
{
    public const string Mask = "***";

    /// <summary>The keys of an options object with their values.</summary>
    public static JsonObject Of(object options)
    {
        var shown = new JsonObject();
        foreach (var (name, property) in OptionsClass.Keys(options.GetType()).OrderBy(key => key.Key, StringComparer.Ordinal))
        {
            if (property.PropertyType != typeof(Dictionary<string, IConfigurationSection>))
                shown[name] = Value(property.GetValue(options), property.IsDefined(typeof(SecretAttribute)));
        }
        return shown;
    }

    /// <summary>
    /// The schemes of <c>Auth</c> sections: with a type that tells its options, those that are no secrets; else only which
    /// keys there are.
    /// </summary>
    public static JsonObject OfSchemes(IReadOnlyDictionary<string, IConfigurationSection> schemes, ModuleCatalog catalog)
    {
        var shown = new JsonObject();
        foreach (var (name, section) in schemes)
        {
            var keys = catalog.FindScheme(section["Type"] ?? "")?.OptionsType is { } type ? OptionsClass.Keys(type) : null;
            var scheme = new JsonObject();
            foreach (var setting in section.GetChildren())
            {
                bool isShown = setting.Key.Equals("Type", StringComparison.OrdinalIgnoreCase)
                    || (keys != null && keys.TryGetValue(setting.Key, out var property) && !property.IsDefined(typeof(SecretAttribute)));
                scheme[setting.Key] = isShown ? Section(setting) : Mask;
            }
            shown[name] = scheme;
        }
        return shown;
    }

    static JsonNode? Section(IConfigurationSection section)
    {
        if (section.Value is { } text)
            return Harmless(text);
        var below = section.GetChildren().ToList();
        return below.TrueForAll(child => SettingLayers.IsIndex(child.Key))
            ? new JsonArray([.. below.Select(Section)])
            : new JsonObject(below.Select(child => KeyValuePair.Create(child.Key, Section(child))));
    }

    static JsonNode? Value(object? value, bool isSecret) => value switch
    {
        null or "" => value as string,
        IDictionary { Count: 0 } => new JsonObject(),
        IReadOnlyList<string> { Count: 0 } => new JsonArray(),
        IDictionary map when isSecret => new JsonObject(map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, (JsonNode?)Mask))),
        _ when isSecret => Mask,
        bool truth => truth,
        int number => number,
        long number => number,
        double number => number,
        Enum name => name.ToString(),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        string text => Harmless(text),
        IReadOnlyList<string> list => new JsonArray([.. list.Select(text => (JsonNode?)Harmless(text))]),
        IDictionary map => new JsonObject(map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, Value(map[key], isSecret: false)))),
        _ => Of(value),
    };

    // A URL may carry a name and a password before its host.
    static string Harmless(string text) => UserInfo().Replace(text, $"$1{Mask}@");

    [GeneratedRegex(@"(://)[^/?#@\s]+@")]
    private static partial Regex UserInfo();
}
