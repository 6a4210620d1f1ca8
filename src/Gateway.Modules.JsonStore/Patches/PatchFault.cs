namespace Gateway.Modules.JsonStore.Patches;

/// <summary>A patch that is well-formed and does not fit the document. Nothing of it has been applied.</summary>
/// <param name="message">Which operation failed, and why.</param>
sealed class PatchFault(string message) : Exception(message);
