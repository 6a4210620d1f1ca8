namespace Gateway.Host;

/// <summary>An entry of the claim by which tokens grant paths of the JSON store, with its members as they are written.</summary>
sealed record WhitelistEntry(IReadOnlyList<string> Modes, IReadOnlyList<string> Prefix)
{
    /// <summary>From <c>PATH:MODES</c>; empty segments of the path do not count. Null if it is not of that form.</summary>
    public static WhitelistEntry? Parse(string text)
    {
        int colon = text.IndexOf(':');
        string[]? modes = (colon < 0 ? "" : text[(colon + 1)..]) switch
        {
            "r" => ["read"],
            "w" => ["write"],
            "rw" => ["read", "write"],
            _ => null,
        };
        return modes == null ? null : new(modes, text[..colon].Split('/', StringSplitOptions.RemoveEmptyEntries));
    }
}
