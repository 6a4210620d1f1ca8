namespace Gateway.Core.Hosting;

/// <summary>The path of a module on the shared addresses: segments of plain characters, as they stand in a request.</summary>
static class DoorPath
{
    public const string Allowed = "/ or segments of letters, digits, '-', '_', '.' and '~', such as /chat or /v1/chat";

    public static bool IsValid(string path) =>
        path == "/" || (path.StartsWith('/') && path[1..].Split('/').All(IsSegment));

    static bool IsSegment(string segment) =>
        segment is not ("" or "." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~');
}
