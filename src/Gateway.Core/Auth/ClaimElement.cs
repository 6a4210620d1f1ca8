using System.Text.Json;

namespace Gateway.Core.Auth;

/// <summary>
/// A piece of a claim, and where in it that is. Reads strictly; faults are worded as clients of Icepeak know them from its
/// JSON library: <c>Error in $.whitelist[0]: key "modes" not found</c>.
/// </summary>
readonly struct ClaimElement(JsonElement json, string path)
{
    /// <summary>A member of an object that may be absent; of several of one name the first counts.</summary>
    public static JsonElement? Find(JsonElement json, string name)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (member.NameEquals(name))
                return member.Value;
        }
        return null;
    }

    /// <summary>A member that has to be there, of what has to be an object.</summary>
    public ClaimElement Member(string name, string what)
    {
        Expect(JsonValueKind.Object, what);
        return Find(json, name) is { } member
            ? new(member, $"{path}.{name}")
            : throw Fault($"key \"{name}\" not found");
    }

    /// <summary>The items of what has to be a list.</summary>
    public IEnumerable<ClaimElement> Items()
    {
        Expect(JsonValueKind.Array, "[]");
        string list = path;
        return json.EnumerateArray().Select((item, index) => new ClaimElement(item, $"{list}[{index}]"));
    }

    /// <summary>What has to be text.</summary>
    public string Text(string what = "Text")
    {
        Expect(JsonValueKind.String, what);
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Fault("the text is not valid Unicode");
        }
    }

    /// <summary>Makes sure that the member <c>version</c> is the number 1, however written.</summary>
    public void ExpectVersion1(string what)
    {
        if (!Member("version", what).IsOne())
            throw Fault("unsupported version");
    }

    public MalformedClaimException Fault(string what) => new($"Error in {path}: {what}");

    bool IsOne()
    {
        Expect(JsonValueKind.Number, "Int");
        return json.TryGetDecimal(out decimal number) && number == 1;
    }

    void Expect(JsonValueKind kind, string what)
    {
        if (json.ValueKind != kind)
            throw Fault($"parsing {what} failed, expected {kind}, but encountered {Encountered}");
    }

    string Encountered => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : json.ValueKind.ToString();
}
