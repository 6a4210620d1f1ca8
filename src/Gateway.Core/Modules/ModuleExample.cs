namespace Gateway.Core.Modules;

/// <summary>Something to try with a module, which the operators' page offers.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Method">The HTTP method, or <c>WS</c> for a WebSocket.</param>
/// <param name="Path">The path below the module's door, with its query.</param>
/// <param name="Body">The body, or the first message of a WebSocket; null = none.</param>
/// <param name="ContentType">The body's type; null = text.</param>
/// <param name="Accept">The <c>Accept</c> of the request; null = anything.</param>
public sealed record ModuleExample(
    string Title, string Method, string Path, string? Body = null, string? ContentType = null, string? Accept = null);
