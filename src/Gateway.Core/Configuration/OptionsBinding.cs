using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Configuration;

/// <summary>One pass over a section and everything below it; see <see cref="StrictBinder"/> for the rules.</summary>
sealed class OptionsBinding(ConfigurationFaults faults)
{
    public void Fill(object options, IConfiguration section)
    {
        var path = (section as IConfigurationSection)?.Path;
        var keys = OptionsClass.Keys(options.GetType());
        var allowed = string.Join(", ", keys.Keys.Order(StringComparer.OrdinalIgnoreCase));

        var earlier = faults.Count;
        // The value is not shown here: what was meant for a key of the section may be its secret.
        if (section is IConfigurationSection { Value: not null })
            faults.Add(path!, "is one value, not a section", $"a section with the keys {allowed}");

        var below = 0;
        foreach (var child in section.GetChildren())
        {
            if (keys.TryGetValue(child.Key, out var property))
                below += Set(options, property, child);
            else
                faults.Add(child.Path, Unknown(child.Key, keys.Keys), allowed);
        }

        // A fault further below is no reason to keep back those of this section.
        if (faults.Count - below == earlier && options is IValidatedOptions validated)
            AddAll(validated.Validate(), path);
    }

    static string Unknown(string key, IEnumerable<string> known) =>
        NearestName.Of(key, known) is { } near ? $"unknown key, did you mean {near}?" : "unknown key";

    void AddAll(IEnumerable<OptionFault> found, string? path)
    {
        foreach (var fault in found)
        {
            var key = string.Join(ConfigurationPath.KeyDelimiter, new[] { path, fault.Key }.Where(part => !string.IsNullOrEmpty(part)));
            faults.Add(key, fault.Wrong, fault.Allowed);
        }
    }

    // How many faults there are in sections below.
    int Set(object options, PropertyInfo property, IConfigurationSection section)
    {
        var earlier = faults.Count;
        if (Read(section, property, property.PropertyType, property.GetValue(options)) is { } value)
            property.SetValue(options, value);
        return section.Value is null && OptionsClass.IsSection(property.PropertyType) ? faults.Count - earlier : 0;
    }

    /// <summary>The value of a section; null where nothing is set or it has a fault.</summary>
    object? Read(IConfigurationSection section, PropertyInfo property, Type type, object? current)
    {
        if (type == typeof(IConfigurationSection)) return section;
        if (ScalarRule.For(type, property) is { } rule) return ReadScalar(section, property, rule);
        if (OptionsClass.IsList(type)) return ReadList(section, property, type);
        if (OptionsClass.IsMap(type)) return ReadMap(section, property, type.GenericTypeArguments[1]);

        var nested = current ?? Activator.CreateInstance(type)!;
        Fill(nested, section);
        return nested;
    }

    object? ReadScalar(IConfigurationSection section, PropertyInfo property, ScalarRule rule)
    {
        if (section.GetChildren().Any())
        {
            faults.Add(section.Path, "is a section or a list, not one value", rule.Allowed);
            return null;
        }
        if (section.Value is not { } text) return null;
        if (rule.Read(text, out var value) is not { } wrong) return value;

        var shown = property.IsDefined(typeof(SecretAttribute)) ? "the value (not shown)" : $"\"{text}\"";
        faults.Add(section.Path, $"{shown} {wrong}", rule.Allowed);
        return null;
    }

    object? ReadList(IConfigurationSection section, PropertyInfo property, Type type)
    {
        var elements = section.GetChildren().ToList();
        if (section.Value is null && elements.Count == 0) return null;

        var list = section.Value is null ? ReadElements(section, property, elements) : SplitText(section, elements);
        return type == typeof(List<string>) ? list : list?.ToArray();
    }

    List<string>? SplitText(IConfigurationSection section, List<IConfigurationSection> elements)
    {
        if (elements.Count == 0)
            return [.. ListText.Split(section.Value!)];

        faults.Add(section.Path, "is one text and a list at the same time", "one of the two");
        return null;
    }

    List<string>? ReadElements(IConfigurationSection section, PropertyInfo property, List<IConfigurationSection> elements)
    {
        if (!elements.TrueForAll(element => SettingLayers.IsIndex(element.Key)))
        {
            faults.Add(section.Path, "is a section, not a list", "a list of texts, or one text with ; between them");
            return null;
        }
        var rule = ScalarRule.For(typeof(string), property)!;
        foreach (var blank in elements.Where(element => element.Value?.Trim() == ""))
            faults.Add(blank.Path, "is blank", "a text that is not");
        return [.. elements.Select(element => ReadScalar(element, property, rule)).OfType<string>()];
    }

    IDictionary? ReadMap(IConfigurationSection section, PropertyInfo property, Type valueType)
    {
        if (section.Value is not null)
        {
            faults.Add(section.Path, "is one value, not a section", "a section of names");
            return null;
        }
        var entries = section.GetChildren().ToList();
        if (entries.Count == 0) return null;

        var type = typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType);
        var map = (IDictionary)Activator.CreateInstance(type, StringComparer.OrdinalIgnoreCase)!;
        foreach (var entry in entries)
        {
            if (Read(entry, property, valueType, current: null) is { } value)
                map.Add(entry.Key, value);
        }
        return map;
    }
}
