using FsCheck.Xunit;
using Gateway.Core.Redis.Embedded;

namespace Gateway.Core.Tests.Redis;

public class GlobPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("books.*", "books.1", true)]
    [InlineData("books.*", "book", false)]
    [InlineData("b?oks", "books", true)]
    [InlineData("b?oks", "boks", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[c-a]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[abc", "b", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("a*b*c", "axxbxxc", true)]
    [InlineData("a*b*c", "axxcxxb", false)]
    public void Patterns_match_as_those_of_Redis(string pattern, string name, bool matches) =>
        Assert.Equal(matches, GlobPattern.Matches(pattern, name));

    [Property(MaxTest = 2000)]
    public void Stars_and_question_marks_match_as_by_definition(byte[] pattern, byte[] name)
    {
        string p = new([.. pattern.Select(b => "ab*?"[b % 4])]), n = new([.. name.Select(b => "ab"[b % 2])]);

        Assert.Equal(Definition(p, n), GlobPattern.Matches(p, n));

        static bool Definition(string p, string n) => p switch
        {
            "" => n.Length == 0,
            ['*', ..] => Definition(p[1..], n) || (n.Length > 0 && Definition(p, n[1..])),
            _ => n.Length > 0 && (p[0] == '?' || p[0] == n[0]) && Definition(p[1..], n[1..]),
        };
    }

    [Property(MaxTest = 2000)]
    public void Any_pattern_matches_or_not(string pattern, string name) => GlobPattern.Matches(pattern ?? "", name ?? "");

    [Fact]
    public void Many_stars_take_no_longer_than_both_lengths_allow() =>
        Assert.False(GlobPattern.Matches(string.Concat(Enumerable.Repeat("a*", 200)) + "b", new string('a', 2000)));
}
