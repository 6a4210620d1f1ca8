namespace Gateway.Core.Configuration;

/// <summary>Implemented by an options class whose keys depend on each other or hold text with a grammar: URLs, origins, names.</summary>
public interface IValidatedOptions
{
    /// <summary>
    /// Every fault of the options, none where they are fine. Called once, after all keys of the section were bound
    /// without a fault, so each property holds a value of its own range; in a section below, a key with a fault holds
    /// its default.
    /// Bad configuration is returned, never thrown.
    /// </summary>
    IEnumerable<OptionFault> Validate();
}
