using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Configuration;

/// <summary>Binds configuration to options classes and lets nothing pass that it does not understand.</summary>
/// <remarks>
/// <para>
/// The keys of a section are the public settable properties of its class, inherited ones included, without regard to case.
/// A property is a <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="TimeSpan"/> or enum, nullable or not; a list of strings (a list, or one text split at <c>;</c>);
/// a map from names to any of these; another options class; or an <see cref="IConfigurationSection"/>, assigned unchecked
/// for whoever binds it later.
/// </para>
/// <para>
/// A key that is absent or null keeps what the property's initializer says, a list or map that is given replaces it.
/// <see cref="AllowedRangeAttribute"/> and <see cref="AllowedDurationAttribute"/> set the range of a value,
/// <see cref="SecretAttribute"/> keeps it out of messages, <see cref="IValidatedOptions"/> checks what spans several keys.
/// </para>
/// </remarks>
public static class StrictBinder
{
    /// <summary>
    /// Binds a section to a new <typeparamref name="T"/> and adds a fault for everything that is wrong in it:
    /// an unknown key, a value of the wrong type or out of range, a section in place of a value and the reverse.
    /// A key with a fault keeps its default, so the result is for use only where <paramref name="faults"/> stayed empty.
    /// </summary>
    /// <exception cref="InvalidOperationException">A property of <typeparamref name="T"/> has a type that cannot be bound.</exception>
    public static T Bind<T>(IConfiguration section, ConfigurationFaults faults) where T : class, new()
    {
        OptionsClass.Check(typeof(T));
        var options = new T();
        new OptionsBinding(faults).Fill(options, section);
        return options;
    }
}
