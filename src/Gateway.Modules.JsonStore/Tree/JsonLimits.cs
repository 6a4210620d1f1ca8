namespace Gateway.Modules.JsonStore.Tree;

/// <summary>What a JSON text may be.</summary>
/// <param name="Depth">How many objects and arrays may be nested.</param>
/// <param name="NameBytes">How long a member's name may be, in UTF-8; 0 = as long as you like.</param>
readonly record struct JsonLimits(int Depth, int NameBytes)
{
    /// <summary>For what has passed the limits already.</summary>
    public static JsonLimits None { get; } = new(int.MaxValue, 0);

    public void CheckName(int bytes)
    {
        if (NameBytes != 0 && bytes > NameBytes)
            throw new JsonFault("name_too_long", $"A member's name may have at most {NameBytes} bytes.");
    }
}
