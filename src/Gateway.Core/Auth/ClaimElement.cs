using System.Text.Json;

namespace Gateway.Core.Auth;

/// <summary>
/// A piece of a claim, and where in it that is. Reads strictly; faults say where and what was expected:
/// <c>Error in $.grants[0]: key "paths" not found</c>.
/// </summary>
public readonly struct ClaimElement
{
    readonly JsonElement _json;
    readonly string _path;

    internal ClaimElement(JsonElement json, string path) => (_json, _path) = (json, path);

    /// <summary>A member of an object that may be absent; of several of one name the first counts.</summary>
    internal static JsonElement? Find(JsonElement json, string name)
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
        return Find(_json, name) is { } member
            ? new(member, $"{_path}.{name}")
            : throw Fault($"key \"{name}\" not found");
    }

    /// <summary>The items of what has to be a list.</summary>
    public IEnumerable<ClaimElement> Items()
    {
        Expect(JsonValueKind.Array, "[]");
        string list = _path;
        return _json.EnumerateArray().Select((item, index) => new ClaimElement(item, $"{list}[{index}]"));
    }

    /// <summary>What has to be text.</summary>
    public string Text(string what = "Text")
    {
        Expect(JsonValueKind.String, what);
        try
        {
            return _json.GetString()!;
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

    /// <summary>What is wrong with this piece, to be thrown.</summary>
    public MalformedClaimException Fault(string what) => new($"Error in {_path}: {what}");

    bool IsOne()
    {
        Expect(JsonValueKind.Number, "Int");
        return _json.TryGetDecimal(out decimal number) && number == 1;
    }

    void Expect(JsonValueKind kind, string what)
    {
        if (_json.ValueKind != kind)
            throw Fault($"parsing {what} failed, expected {kind}, but encountered {Encountered}");
    }

    string Encountered => _json.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : _json.ValueKind.ToString();
}
