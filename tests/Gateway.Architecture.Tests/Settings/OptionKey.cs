using System.Globalization;
using System.Reflection;
using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Architecture.Tests.Settings;

/// <summary>One key of an options class, as its property, its initializer and its attributes say it.</summary>
sealed record OptionKey(PropertyInfo Property, object Owner)
{
    public string Name => Property.Name;

    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    public string Description => DocComments.Of(Property);

    public bool IsSecret => Property.IsDefined(typeof(SecretAttribute));

    public bool IsList => Type == typeof(IReadOnlyList<string>) || Type == typeof(string[]) || Type == typeof(List<string>);

    /// <summary>What the values of a map are; null where it is none.</summary>
    public Type? MapOf => Type.IsGenericType && Type.GetGenericTypeDefinition() is { } generic
        && (generic == typeof(Dictionary<,>) || generic == typeof(IReadOnlyDictionary<,>)) ? Type.GenericTypeArguments[1] : null;

    /// <summary>Whether its keys are those of a class below.</summary>
    public bool IsSection => Type.IsClass && Type != typeof(string) && !IsList && MapOf == null;

    public object? Value => Property.GetValue(Owner);

    public AllowedRangeAttribute? Range => Property.GetCustomAttribute<AllowedRangeAttribute>();

    public AllowedDurationAttribute Duration => Property.GetCustomAttribute<AllowedDurationAttribute>() ?? new();

    /// <summary>What is allowed, in words.</summary>
    public string Allowed => Type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(Type)),
        _ when Type == typeof(bool) => "true, false",
        _ when Type == typeof(TimeSpan) => Duration.ToString(),
        _ when Type == typeof(int) || Type == typeof(long) || Type == typeof(double) => Range?.ToString() ?? "a number, 0 or more",
        _ when IsList => "a list",
        _ when MapOf == typeof(string) => "names with texts",
        _ => "a text",
    };

    /// <summary>What it is where the configuration says nothing; empty where that is nothing.</summary>
    public string Default => Value switch
    {
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        IReadOnlyList<string> list => string.Join("; ", list),
        string or Enum or IFormattable => Convert.ToString(Value, CultureInfo.InvariantCulture)!,
        _ => "",
    };

    /// <summary>The keys of a class, those of its base class first.</summary>
    public static IReadOnlyList<OptionKey> Of(Type type)
    {
        object owner = Activator.CreateInstance(type)!;
        return
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property is { CanRead: true, SetMethod.IsPublic: true })
                .OrderBy(property => Depth(property.DeclaringType!)).ThenBy(property => property.MetadataToken)
                .Select(property => new OptionKey(property, owner)),
        ];
    }

    /// <summary>Whether it stands for sections that are bound by somebody else: those of modules and schemes.</summary>
    public bool IsOpen => MapOf == typeof(IConfigurationSection);

    static int Depth(Type type) => type.BaseType == null ? 0 : 1 + Depth(type.BaseType);
}
