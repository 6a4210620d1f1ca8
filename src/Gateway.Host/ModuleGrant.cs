namespace Gateway.Host;

/// <summary>An entry of the gateway's own claim, with its members as they are written.</summary>
sealed record ModuleGrant(IReadOnlyList<string> Actions, string Module, IReadOnlyList<string> Paths)
{
    /// <summary>From <c>MODULE:PATH:ACTIONS</c>, in which the path may hold colons. Null if it is not of that form.</summary>
    public static ModuleGrant? Parse(string text)
    {
        int first = text.IndexOf(':');
        int last = text.LastIndexOf(':');
        if (first < 1 || last == first || text[first + 1] != '/')
            return null;
        string[] actions = text[(last + 1)..].Split(',', StringSplitOptions.TrimEntries);
        return actions.Contains("") ? null : new(actions, text[..first], [text[(first + 1)..last]]);
    }
}
