namespace Gateway.Core.Tests.Auth;

/// <summary>What the documentation says about grants, word by word and without regard for speed.</summary>
static class NaiveGrants
{
    /// <summary>Whether an entry of a <c>gateway</c> claim allows the action.</summary>
    public static bool Allows(GrantEntry grant, string module, string action, string[] path) =>
        (grant.Module == "*" || grant.Module.Equals(module, StringComparison.OrdinalIgnoreCase))
        && grant.Actions.Any(granted => granted == "*" || granted == action)
        && grant.Paths.Any(pattern => pattern == "/*" || Matches(Segments(pattern), path));

    public static string[] Segments(string path) => path == "/" ? [] : path[1..].Split('/');

    static bool Matches(string[] pattern, string[] path)
    {
        bool open = pattern is [.., "*"];
        return (open ? path.Length >= pattern.Length : path.Length == pattern.Length)
            && pattern.Zip(path).All(pair => pair.First == "*" || pair.First == pair.Second);
    }
}

sealed record GrantEntry(string Module, string[] Paths, string[] Actions);
