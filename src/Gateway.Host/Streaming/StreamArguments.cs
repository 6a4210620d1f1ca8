namespace Gateway.Host.Streaming;

/// <summary>What <c>stream</c> was asked to do.</summary>
/// <param name="Url">The address of the gateway, with the path that it has in front of <c>/stream</c>, as given.</param>
/// <param name="Id">The stream's id.</param>
/// <param name="Force">Whether a stream of that id is replaced.</param>
/// <param name="Token">What to present; null = nothing.</param>
sealed record StreamArguments(string Url, string Id, bool Force, string? Token)
{
    public const string Command = "stream";

    /// <summary>Reads what stands behind the command.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? Parse(IReadOnlyList<string> arguments, out StreamArguments? parsed)
    {
        parsed = null;
        var words = new List<string>();
        bool force = false;
        string? token = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--force":
                    force = true;
                    break;
                case "--token" when i + 1 == arguments.Count:
                    return "--token needs a token";
                case "--token":
                    token = arguments[++i];
                    break;
                case ['-', '-', ..] unknown:
                    return $"{Command} knows no {unknown}";
                default:
                    words.Add(arguments[i]);
                    break;
            }
        }
        if (words is not [var url, { Length: > 0 } id])
            return $"{Command} needs a URL and the id of a stream";
        parsed = new(url, id, force, token);
        return null;
    }
}
