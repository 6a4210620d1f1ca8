using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Patches;

/// <summary>A change to a value that depends on the value. It is applied as a whole or not at all.</summary>
interface IPatch
{
    /// <summary>The value after the change.</summary>
    /// <param name="target">The value before; null if there is none.</param>
    /// <param name="revision">The revision that the change makes.</param>
    /// <exception cref="PatchFault">It does not fit the value.</exception>
    JsonValue Apply(JsonValue? target, long revision);
}
