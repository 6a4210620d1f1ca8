namespace Gateway.Core.Hosting;

/// <summary>Where a module is served.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Urls">Its URLs: at its path on each shared address, then at the root of each of its own.</param>
public sealed record ModuleAddress(string Module, IReadOnlyList<string> Urls);
