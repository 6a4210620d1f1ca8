using System.Buffers.Text;
using System.Text;

namespace Gateway.Modules.JsonStore.Tree;

/// <summary>A string, a number, <c>true</c>, <c>false</c> or <c>null</c>: kept as the text that it is written as.</summary>
sealed class JsonScalar : JsonValue
{
    // Most numbers of most documents; shared by all places where they stand.
    static readonly JsonScalar[] Small = [.. Enumerable.Range(0, 1000).Select(number => new JsonScalar(Encoding.ASCII.GetBytes($"{number}"), 0))];

    readonly byte[] _text;

    JsonScalar(byte[] text, long revision) : base(revision) => _text = text;

    public static JsonScalar Null { get; } = new("null"u8.ToArray(), 0);

    public static JsonScalar True { get; } = new("true"u8.ToArray(), 0);

    public static JsonScalar False { get; } = new("false"u8.ToArray(), 0);

    /// <summary>Its text, a string in quotes and escaped.</summary>
    public ReadOnlySpan<byte> Text => _text;

    public ReadOnlyMemory<byte> Memory => _text;

    public override long Bytes => _text.Length;

    public override int Height => 0;

    public bool IsNull => _text[0] == (byte)'n';

    public bool IsString => _text[0] == (byte)'"';

    public bool IsNumber => _text[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    /// <summary>A number, exactly as it was written.</summary>
    public static JsonScalar Number(ReadOnlySpan<byte> text) =>
        text.Length <= 3 && Utf8Parser.TryParse(text, out ushort number, out int digits) && digits == text.Length ? Small[number] : new(text.ToArray(), 0);

    /// <summary>A string.</summary>
    /// <param name="utf8">Its characters, valid and unescaped.</param>
    public static JsonScalar String(ReadOnlySpan<byte> utf8)
    {
        var text = new byte[JsonText.QuotedLength(utf8)];
        JsonText.Quote(utf8, text);
        return new(text, 0);
    }

    public override JsonValue At(long revision) => revision == Revision ? this : new JsonScalar(_text, revision);
}
