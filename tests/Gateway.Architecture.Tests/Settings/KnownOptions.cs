using Gateway.Core.Auth;
using Gateway.Core.Modules;

namespace Gateway.Architecture.Tests.Settings;

/// <summary>The options classes of what is built in, by the name that the configuration gives it.</summary>
static class KnownOptions
{
    /// <summary>Those of modules.</summary>
    public static IReadOnlyDictionary<string, Type> Modules { get; } = Found<IGatewayModule>()
        .ToDictionary(module => module.Name, module => OptionsOf(module.GetType()));

    /// <summary>Those of types of schemes.</summary>
    public static IReadOnlyDictionary<string, Type> Schemes { get; } = Found<IAuthSchemeType>()
        .Where(scheme => scheme.OptionsType != null)
        .ToDictionary(scheme => scheme.Type, scheme => scheme.OptionsType!);

    static IEnumerable<T> Found<T>() =>
        from assembly in Built.Modules.Select(Built.Load).Prepend(Built.Core)
        from type in assembly.GetExportedTypes()
        where type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(T))
        orderby type.Name
        select (T)Activator.CreateInstance(type)!;

    static Type OptionsOf(Type module) => module.IsGenericType && module.GetGenericTypeDefinition() == typeof(GatewayModule<>)
        ? module.GenericTypeArguments[0]
        : OptionsOf(module.BaseType!);
}
