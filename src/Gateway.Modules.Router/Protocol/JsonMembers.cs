using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gateway.Modules.Router.Protocol;

/// <summary>The members of a JSON object in the making. What is set later takes the place of an earlier member of that name.</summary>
sealed class JsonMembers
{
    readonly List<(string Name, JsonElement Value)> _members = [];

    /// <summary>None.</summary>
    public static JsonMembers Empty { get; } = new();

    public int Count => _members.Count;

    /// <summary>The given members of an object, as far as it has them.</summary>
    public static JsonMembers Pick(JsonElement from, IReadOnlyList<string> names)
    {
        var picked = new JsonMembers();
        foreach (string name in names)
        {
            if (from.TryGetProperty(name, out var value))
                picked.Set(name, value.Clone());
        }
        return picked.Count == 0 ? Empty : picked;
    }

    /// <summary>A member's value; null where there is none.</summary>
    public JsonElement? Find(string name)
    {
        foreach (var (known, value) in _members)
        {
            if (known == name)
                return value;
        }
        return null;
    }

    public JsonMembers Set(string name, string text) => Set(name, ErrorText.Of(text));

    public JsonMembers Set(string name, JsonElement value)
    {
        int known = _members.FindIndex(member => member.Name == name);
        if (known < 0)
            _members.Add((name, value));
        else
            _members[known] = (name, value);
        return this;
    }

    /// <summary>Sets a member, unless there is no value for it.</summary>
    public JsonMembers SetIfAny(string name, JsonElement? value) => value is { } some ? Set(name, some) : this;

    public JsonMembers SetAll(JsonMembers others)
    {
        foreach (var (name, value) in others._members)
            Set(name, value);
        return this;
    }

    /// <summary>Whether both have the same members with equal values.</summary>
    public bool EqualTo(JsonMembers other) =>
        Count == other.Count && _members.TrueForAll(member => other.Find(member.Name) is { } value && JsonValue.AreEqual(member.Value, value));

    /// <summary>The object. Values stand as they came: nothing of a number or an escape is lost.</summary>
    public byte[] ToUtf8()
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in _members)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
            }
            writer.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}
