using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Configuration;

/// <summary>
/// A look over a JSON file for what the stock provider loses: where a fault is, that a section is given twice,
/// and whether a key is null or an empty section.
/// </summary>
sealed class JsonScan(byte[] json)
{
    static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    readonly HashSet<string> _keys = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _nulls = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> _faults = [];

    /// <summary>The full keys whose value is null.</summary>
    public IReadOnlySet<string> Nulls => _nulls;

    /// <summary>What is wrong, each with its place; where it is empty, the stock provider reads the file.</summary>
    public IReadOnlyList<string> Run()
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadObject(ref reader, parent: null);
            else
                _faults.Add($"{Place(0)}: the file holds no object");
            reader.Read();
        }
        catch (JsonException fault)
        {
            var place = Place(fault.LineNumber ?? 0, fault.BytePositionInLine ?? 0);
            _faults.Add($"{place}: {Reason(fault)}");
        }
        return _faults;
    }

    // The reader repeats the whole of a bare word that begins like true, false or null; it may be a secret that lacks its quotes.
    static string Reason(JsonException fault) => fault.Message.Contains("JSON literal", StringComparison.Ordinal)
        ? "a value without quotes is true, false, null or a number"
        : fault.Message.Split(" LineNumber:")[0];

    void ReadObject(ref Utf8JsonReader reader, string? parent)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Below(parent, ReadText(ref reader));
            if (!_keys.Add(key))
                _faults.Add($"{Place(reader.TokenStartIndex)}: the key {key} is given twice");
            reader.Read();
            ReadValue(ref reader, key);
        }
    }

    void ReadArray(ref Utf8JsonReader reader, string parent)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            ReadValue(ref reader, Below(parent, $"{index}"));
    }

    void ReadValue(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            ReadObject(ref reader, key);
        else if (reader.TokenType == JsonTokenType.StartArray)
            ReadArray(ref reader, key);
        else if (reader.TokenType == JsonTokenType.String)
            ReadText(ref reader);
        else if (reader.TokenType == JsonTokenType.Null)
            _nulls.Add(key);
    }

    // Half of a surrogate pair, as in "\uD800", is well-formed JSON and yet no text.
    string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            _faults.Add($"{Place(reader.TokenStartIndex)}: an escape is half of a character");
            return "";
        }
    }

    static string Below(string? parent, string name) => parent is null ? name : ConfigurationPath.Combine(parent, name);

    string Place(long index)
    {
        var before = json.AsSpan(0, (int)index);
        return Place(before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'));
    }

    // Editors count from 1.
    static string Place(long line, long position) => $"line {line + 1}, position {position + 1}";
}
