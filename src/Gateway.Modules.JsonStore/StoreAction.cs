namespace Gateway.Modules.JsonStore;

/// <summary>What grants may allow: the modes of Icepeak's claim.</summary>
static class StoreAction
{
    public const string Read = "read";
    public const string Write = "write";
}
