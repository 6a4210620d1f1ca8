namespace Gateway.Core.Modules;

/// <summary>A module that has something to try.</summary>
public interface IHasExamples
{
    /// <summary>What to try, the first thing first.</summary>
    IReadOnlyList<ModuleExample> Examples { get; }
}
