using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Modules.JsonStore.Tree;

/// <summary>
/// Reads JSON texts (RFC 8259): UTF-8 without byte order mark, one value and nothing behind it. Of members with the same
/// name the first counts. Numbers keep the form in which they are written.
/// </summary>
sealed class JsonParser
{
    static readonly JsonReaderOptions Strict = new() { MaxDepth = int.MaxValue };

    readonly JsonLimits _limits;
    readonly List<Nest> _nests = [];
    readonly NameCache _names = new();
    int _depth;
    JsonValue? _result;

    JsonParser(JsonLimits limits) => _limits = limits;

    /// <summary>Parses a text.</summary>
    /// <exception cref="JsonFault">It is no JSON, or over the limits.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> utf8, JsonLimits limits)
    {
        // The reader checks the UTF-8 of strings only when it is asked for them as such.
        if (!Utf8.IsValid(utf8))
            throw new JsonFault("json_malformed", "The text is not valid UTF-8.");
        var parser = new JsonParser(limits);
        try
        {
            var reader = new Utf8JsonReader(utf8, Strict);
            parser.Read(ref reader);
        }
        catch (JsonException e)
        {
            throw new JsonFault("json_malformed", $"The text is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            throw new JsonFault("json_malformed", "A string has an escaped surrogate that is no half of a pair.");
        }
        return parser._result!;
    }

    /// <summary>Parses what <see cref="JsonText"/> has written, however long it is.</summary>
    public static JsonValue Parse(Stream stream)
    {
        var parser = new JsonParser(JsonLimits.None);
        byte[] buffer = new byte[1 << 20];
        int filled = 0;
        var state = new JsonReaderState(Strict);
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            int read = stream.Read(buffer.AsSpan(filled));
            filled += read;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, filled), isFinalBlock: read == 0, state);
            parser.Read(ref reader);
            if (read == 0)
                return parser._result!;
            state = reader.CurrentState;
            int consumed = (int)reader.BytesConsumed;
            buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
            filled -= consumed;
        }
    }

    void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    Open(reader.TokenType == JsonTokenType.StartObject);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Add(_nests[--_depth].Close());
                    break;
                case JsonTokenType.PropertyName:
                    var name = Unescaped(ref reader);
                    _limits.CheckName(name.Length);
                    _nests[_depth - 1].Names.Add(_names.Get(name));
                    break;
                case JsonTokenType.String:
                    Add(JsonScalar.String(Unescaped(ref reader)));
                    break;
                case JsonTokenType.Number:
                    Add(JsonScalar.Number(reader.ValueSpan));
                    break;
                default:
                    Add(reader.TokenType switch
                    {
                        JsonTokenType.True => JsonScalar.True,
                        JsonTokenType.False => JsonScalar.False,
                        _ => JsonScalar.Null,
                    });
                    break;
            }
        }
    }

    void Open(bool isObject)
    {
        if (_depth >= _limits.Depth)
            throw JsonFault.TooDeep(_limits.Depth);
        if (_depth == _nests.Count)
            _nests.Add(new());
        _nests[_depth++].IsObject = isObject;
    }

    void Add(JsonValue value)
    {
        if (_depth == 0)
            _result = value;
        else
            _nests[_depth - 1].Values.Add(value);
    }

    static ReadOnlySpan<byte> Unescaped(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var unescaped = new byte[reader.ValueSpan.Length];
        return unescaped.AsSpan(0, reader.CopyString(unescaped));
    }

    /// <summary>An object or array that is being read; used again for the next one at its depth.</summary>
    sealed class Nest
    {
        const int KeptCapacity = 1024;

        public bool IsObject { get; set; }

        byte[][] _namesBefore = [];

        public List<byte[]> Names { get; private set; } = [];

        public List<JsonValue> Values { get; private set; } = [];

        public JsonValue Close()
        {
            JsonValue closed = IsObject ? CloseObject() : Values.Count == 0 ? JsonArray.Empty : new JsonArray(Sequence.Of([], CollectionsMarshal.AsSpan(Values)), 0);
            if (Values.Capacity > KeptCapacity)
                (Names, Values) = ([], []);
            Names.Clear();
            Values.Clear();
            return closed;
        }

        JsonObject CloseObject()
        {
            if (Names.Count == 0)
                return JsonObject.Empty;
            if (!Ascends())
                Sort();
            var names = CollectionsMarshal.AsSpan(Names);
            if (!Sequence.IsLeaf(names.Length))
                return new(Sequence.Of(names, CollectionsMarshal.AsSpan(Values)), 0);
            // Objects in a row mostly have the same members: they share one array of the names.
            if (!AreThoseBefore(names))
                _namesBefore = names.ToArray();
            return new(Sequence.Leaf(_namesBefore, CollectionsMarshal.AsSpan(Values)), 0);
        }

        bool AreThoseBefore(ReadOnlySpan<byte[]> names)
        {
            if (names.Length != _namesBefore.Length)
                return false;
            for (int i = 0; i < names.Length; i++)
            {
                if (!ReferenceEquals(names[i], _namesBefore[i]))
                    return false;
            }
            return true;
        }

        bool Ascends()
        {
            for (int i = 1; i < Names.Count; i++)
            {
                if (Names[i - 1].AsSpan().SequenceCompareTo(Names[i]) >= 0)
                    return false;
            }
            return true;
        }

        // Of equal names the first is kept: the order among equals is that in which they came.
        void Sort()
        {
            var order = Enumerable.Range(0, Names.Count).ToArray();
            Array.Sort(order, (left, right) =>
            {
                int byName = Names[left].AsSpan().SequenceCompareTo(Names[right]);
                return byName != 0 ? byName : left.CompareTo(right);
            });
            var names = new List<byte[]>(Names.Count);
            var values = new List<JsonValue>(Names.Count);
            foreach (int i in order)
            {
                if (names.Count > 0 && names[^1].AsSpan().SequenceEqual(Names[i]))
                    continue;
                names.Add(Names[i]);
                values.Add(Values[i]);
            }
            (Names, Values) = (names, values);
        }
    }
}
