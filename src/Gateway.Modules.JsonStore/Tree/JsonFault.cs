namespace Gateway.Modules.JsonStore.Tree;

/// <summary>A JSON text or a change that is refused. The message says what is wrong and what is allowed, and quotes nothing of the text.</summary>
/// <param name="code">A stable name in snake case.</param>
/// <param name="message">For a person.</param>
sealed class JsonFault(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    public static JsonFault TooDeep(int most) =>
        new("json_too_deep", $"The document may be nested {most} levels deep, path and value together.");
}
