namespace Gateway.Core.Redis.Embedded;

/// <summary>The patterns of PSUBSCRIBE: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, and <c>\</c> before a character that stands for itself.</summary>
static class GlobPattern
{
    /// <summary>Whether a name matches. The time is bounded by the product of both lengths.</summary>
    public static bool Matches(string pattern, string name)
    {
        int p = 0, n = 0, star = -1, retry = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, name[n], out int next))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++retry;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    static bool MatchesOne(string pattern, int at, char character, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case '?':
                return true;
            case '[':
                return MatchesSet(pattern, at + 1, character, out next);
            case '\\' when at + 1 < pattern.Length:
                next = at + 2;
                return pattern[at + 1] == character;
            default:
                return pattern[at] == character;
        }
    }

    // A set that is never closed ends with the pattern.
    static bool MatchesSet(string pattern, int at, char character, out int next)
    {
        bool not = at < pattern.Length && pattern[at] == '^';
        bool found = false;
        int i = not ? at + 1 : at;
        for (; i < pattern.Length && pattern[i] != ']'; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
                found |= pattern[++i] == character;
            else if (i + 2 < pattern.Length && pattern[i + 1] == '-')
            {
                var (low, high) = pattern[i] <= pattern[i + 2] ? (pattern[i], pattern[i + 2]) : (pattern[i + 2], pattern[i]);
                found |= character >= low && character <= high;
                i += 2;
            }
            else
                found |= pattern[i] == character;
        }
        next = Math.Min(i + 1, pattern.Length);
        return found != not;
    }
}
