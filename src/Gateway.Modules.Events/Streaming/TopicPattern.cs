using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// Patterns of paths as the URL Pattern standard has them, but for groups that are regular expressions: <c>*</c> is anything,
/// <c>:name</c> a part without a slash, <c>{…}</c> a group, each of which may be followed by <c>?</c>, <c>+</c> or <c>*</c>,
/// and <c>\</c> takes the next character for itself. They are matched in linear time.
/// </summary>
static class TopicPattern
{
    const string Part = "[^/]+";

    /// <exception cref="FormatException">It is none; the text says why.</exception>
    public static Regex Parse(string pattern)
    {
        if (!pattern.StartsWith('/'))
            throw new FormatException("A pattern begins with a slash.");
        var regex = new StringBuilder("^");
        int at = 0;
        Append(pattern, ref at, regex, isGroup: false);
        return new(regex.Append("\\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    static void Append(string pattern, ref int at, StringBuilder regex, bool isGroup)
    {
        while (at < pattern.Length)
        {
            switch (pattern[at])
            {
                case '}' when isGroup:
                    return;
                case '{' when !isGroup:
                    AppendGroup(pattern, ref at, regex);
                    break;
                case '{' or '}':
                    throw new FormatException($"At {at} a brace is not expected.");
                case '(' or ')':
                    throw new FormatException("Regular expressions are not allowed in a pattern.");
                case '?' or '+':
                    throw new FormatException($"At {at} there is nothing that could be repeated.");
                // A slash belongs to the name or the asterisk behind it, and is repeated with it.
                case '/' when at + 1 < pattern.Length && pattern[at + 1] is ':' or '*':
                    at++;
                    AppendWildcard(pattern, ref at, regex, "/");
                    break;
                case ':' or '*':
                    AppendWildcard(pattern, ref at, regex, "");
                    break;
                default:
                    AppendLiteral(pattern, ref at, regex);
                    break;
            }
        }
    }

    static void AppendGroup(string pattern, ref int at, StringBuilder regex)
    {
        var group = new StringBuilder();
        at++;
        Append(pattern, ref at, group, isGroup: true);
        if (at == pattern.Length)
            throw new FormatException("A brace is not closed.");
        at++;
        regex.Append("(?:").Append(group).Append(')').Append(ReadModifier(pattern, ref at));
    }

    static void AppendWildcard(string pattern, ref int at, StringBuilder regex, string prefix)
    {
        string part = pattern[at++] == '*' ? ".*" : Part;
        if (part == Part)
            SkipName(pattern, ref at);
        string repeated = $"{prefix}{part}(?:{prefix}{part})*";
        regex.Append(ReadModifier(pattern, ref at) switch
        {
            "?" => $"(?:{prefix}{part})?",
            "+" => $"(?:{repeated})",
            "*" => $"(?:{repeated})?",
            _ => prefix + part,
        });
    }

    static void SkipName(string pattern, ref int at)
    {
        int start = at;
        while (at < pattern.Length && (char.IsLetterOrDigit(pattern[at]) || pattern[at] is '_' or '$'))
            at++;
        if (at == start)
            throw new FormatException($"At {start} a name is missing behind the colon.");
    }

    static void AppendLiteral(string pattern, ref int at, StringBuilder regex)
    {
        if (pattern[at] == '\\' && ++at == pattern.Length)
            throw new FormatException("A pattern does not end with a backslash.");
        regex.Append(Regex.Escape(pattern[at++].ToString()));
    }

    static string ReadModifier(string pattern, ref int at) =>
        at < pattern.Length && pattern[at] is '?' or '+' or '*' ? pattern[at++].ToString() : "";
}
