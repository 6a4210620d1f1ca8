using FsCheck.Xunit;
using Gateway.Core.Configuration;

namespace Gateway.Core.Tests.Configuration;

public sealed class ConfigurationFaultsTests
{
    readonly ConfigurationFaults _faults = new();

    [Fact]
    public void A_line_says_where_what_is_wrong_and_what_is_allowed()
    {
        _faults.Add("Modules:Channels:MaxMessageBytes", "\"abc\" is not a whole number", "0 (no limit) to 9223372036854775807");

        Assert.Equal(
            ["Modules:Channels:MaxMessageBytes: \"abc\" is not a whole number; allowed: 0 (no limit) to 9223372036854775807"],
            _faults.Lines);
    }

    [Fact]
    public void Without_a_fault_there_is_nothing_to_say()
    {
        Assert.False(_faults.Any);
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void Lines_are_in_order_of_key_without_regard_to_case()
    {
        _faults.Add("b", "second", "x");
        _faults.Add("C", "third", "x");
        _faults.Add("A", "first", "x");

        Assert.True(_faults.Any);
        Assert.Equal(["A: first; allowed: x", "b: second; allowed: x", "C: third; allowed: x"], _faults.Lines);
    }

    [Fact]
    public void A_value_with_line_breaks_or_terminal_codes_stays_one_harmless_line()
    {
        _faults.Add("Path", "\"a\r\n\u001b[31m\u202eb\u2028\" is not a path", "/name");

        Assert.Equal([@"Path: ""a\r\n\u001B[31m\u202Eb\u2028"" is not a path; allowed: /name"], _faults.Lines);
    }

    [Fact]
    public void A_very_long_value_loses_its_middle_but_not_what_is_wrong_with_it()
    {
        _faults.Add("Path", $"\"{new string('x', 100_000)}\" is not a path", "/name");

        var line = Assert.Single(_faults.Lines);
        Assert.InRange(line.Length, 200, 300);
        Assert.StartsWith("Path: \"xxx", line, StringComparison.Ordinal);
        Assert.EndsWith("xxx\" is not a path; allowed: /name", line, StringComparison.Ordinal);
    }

    [Property]
    public void Whatever_a_fault_contains_it_is_one_line(string? key, string? wrong)
    {
        _faults.Add(key ?? "", wrong ?? "", "anything");

        Assert.All(_faults.Lines, line => Assert.DoesNotContain(line, char.IsControl));
    }
}
