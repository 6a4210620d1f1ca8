namespace Gateway.Modules.Channels.Tests;

/// <summary>Tests that keep the processor busy: one at a time, so that those which wait beside them are not starved.</summary>
[CollectionDefinition(Name)]
public sealed class HeavyTests
{
    public const string Name = "Heavy";
}
