using System.Text.Json;

namespace Gateway.Modules.Router.Protocol;

/// <summary>Lengths of texts in code points, as the protocol counts them: a character outside the basic plane is one.</summary>
static class CodePoints
{
    /// <summary>How many code points a JSON string has. Half a character, which only an escape can spell, counts as one.</summary>
    public static int Count(JsonElement text) =>
        JsonValue.TextOf(text) is { } characters ? characters.EnumerateRunes().Count() : Escaped(text.GetRawText());

    /// <summary>The first so many code points of a text.</summary>
    public static string First(string text, int count)
    {
        int length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count-- == 0)
                break;
            length += rune.Utf16SequenceLength;
        }
        return text[..length];
    }

    // An escape \uXXXX for every unit, and something shorter for the rest: close enough for a text that is none.
    static int Escaped(string raw)
    {
        int count = 0;
        for (int i = 1; i < raw.Length - 1; i++, count++)
        {
            if (raw[i] == '\\')
                i += raw[i + 1] == 'u' ? 5 : 1;
        }
        return count;
    }
}
