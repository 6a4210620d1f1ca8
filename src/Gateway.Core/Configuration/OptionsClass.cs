using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Configuration;

/// <summary>Which types an options class is made of, and which of its properties are keys.</summary>
static class OptionsClass
{
    static readonly Type[] Lists = [typeof(IReadOnlyList<string>), typeof(string[]), typeof(List<string>)];
    static readonly Type[] Maps = [typeof(IReadOnlyDictionary<,>), typeof(Dictionary<,>)];

    /// <summary>The keys of an options class: its public settable properties by name.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> Keys(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property is { CanRead: true, SetMethod.IsPublic: true } && property.GetIndexParameters().Length == 0)
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    public static bool IsList(Type type) => Lists.Contains(type);

    public static bool IsMap(Type type) =>
        type.IsGenericType && Maps.Contains(type.GetGenericTypeDefinition()) && type.GenericTypeArguments[0] == typeof(string);

    /// <summary>Throws where a property, here or in a class below, has a type that cannot be bound.</summary>
    /// <exception cref="InvalidOperationException">Names the property. The mistake is the programmer's, not the operator's.</exception>
    public static void Check(Type type) => Check(type, []);

    static void Check(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type)) return;
        foreach (var property in Keys(type).Values)
            Check(property, property.PropertyType, seen);
    }

    static void Check(PropertyInfo property, Type type, HashSet<Type> seen)
    {
        if (IsMap(type))
            Check(property, type.GenericTypeArguments[1], seen);
        else if (IsNested(type))
            Check(type, seen);
        else if (!IsList(type) && type != typeof(IConfigurationSection) && ScalarRule.For(type, property) is null)
            throw new InvalidOperationException($"{property.DeclaringType}.{property.Name}: {type} is not a type of option.");
    }

    /// <summary>Whether the keys of such a property are those of sections below.</summary>
    public static bool IsSection(Type type) => IsMap(type) || IsNested(type);

    static bool IsNested(Type type) =>
        type.IsClass && !type.IsAbstract && type.GetConstructor([]) is not null
        && type.Assembly != typeof(object).Assembly && !type.IsAssignableTo(typeof(IEnumerable));
}
