namespace Gateway.Core.Configuration;

/// <summary>One thing that is wrong with the options of a section, found by <see cref="IValidatedOptions.Validate"/>.</summary>
/// <param name="Key">The key relative to the section, such as <c>Url</c> or <c>Callbacks:Timeout</c>; empty for the section itself.</param>
/// <param name="Wrong">What is wrong, such as <c>"x" is not an absolute URL</c>. It must not repeat the value of a <see cref="SecretAttribute"/> property.</param>
/// <param name="Allowed">What is allowed instead.</param>
public sealed record OptionFault(string Key, string Wrong, string Allowed);
