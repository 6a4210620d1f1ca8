namespace Gateway.Core.Tests.Configuration;

/// <summary>Tests that set environment variables or the working directory run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessStateCollection
{
    public const string Name = "Process state";
}
