using System.Globalization;
using System.Text;

namespace Gateway.Core.Configuration;

/// <summary>
/// Every fault found in the configuration, so that the operator sees all of them at once.
/// Not safe for use by several threads.
/// </summary>
public sealed class ConfigurationFaults
{
    // Enough for a path or a URL; a pasted certificate or a binary file would bury the other lines.
    const int LongestText = 240;

    readonly List<(string Key, string Line)> _faults = [];

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _faults.Count > 0;

    /// <summary>
    /// One line per fault, <c>key: what is wrong; allowed: what is allowed</c>, in order of key without regard to case.
    /// </summary>
    public IReadOnlyList<string> Lines =>
        [.. _faults.OrderBy(fault => fault.Key, StringComparer.OrdinalIgnoreCase).Select(fault => fault.Line)];

    internal int Count => _faults.Count;

    /// <summary>
    /// Adds a fault. Line breaks and other characters that could disturb a terminal are written as escapes,
    /// a very long key or <paramref name="wrong"/> loses its middle.
    /// </summary>
    /// <param name="key">The full key, such as <c>Limits:Connections</c>.</param>
    /// <param name="wrong">What is wrong, such as <c>"abc" is not a whole number</c>.</param>
    /// <param name="allowed">What is allowed instead, such as <c>0 (no limit) to 65535</c>.</param>
    public void Add(string key, string wrong, string allowed) =>
        _faults.Add((key, Harmless($"{Short(key)}: {Short(wrong)}; allowed: {allowed}")));

    // The head names the value and the tail says what is wrong with it.
    static string Short(string text) => text.Length <= LongestText
        ? text
        : $"{text.AsSpan(0, LongestText / 2)}…{text.AsSpan(text.Length - LongestText / 2)}";

    static string Harmless(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHarmless(rune))
                line.Append(rune);
            else
                line.Append(Escape(rune));
        }
        return line.ToString();
    }

    static string Escape(Rune rune) => rune.Value switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        var other => $@"\u{other:X4}",
    };

    // Format characters include those that reverse the direction of the text behind them.
    static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
