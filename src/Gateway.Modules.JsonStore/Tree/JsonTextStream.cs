using System.Buffers;
using System.IO.Pipelines;

namespace Gateway.Modules.JsonStore.Tree;

/// <summary>Writes values as text to a client that may read slowly: of a large one only a piece waits in memory.</summary>
sealed class JsonTextStream
{
    const int PieceBytes = 64 << 10;

    readonly PipeWriter _output;
    readonly CancellationToken _cancellation;
    long _unflushed;

    JsonTextStream(PipeWriter output, CancellationToken cancellation) => (_output, _cancellation) = (output, cancellation);

    /// <summary>Writes a value, and completes when the last piece has gone to the output.</summary>
    public static async ValueTask WriteAsync(JsonValue value, PipeWriter output, CancellationToken cancellation)
    {
        await new JsonTextStream(output, cancellation).WriteAsync(value).ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
    }

    ValueTask WriteAsync(JsonValue value)
    {
        if (value.Bytes > PieceBytes)
            return value is JsonScalar scalar ? WriteLongAsync(scalar.Memory) : WriteNestedAsync(value);
        JsonText.Write(value, _output);
        return WrittenAsync(value.Bytes);
    }

    async ValueTask WriteLongAsync(ReadOnlyMemory<byte> text)
    {
        for (; !text.IsEmpty; text = text[Math.Min(PieceBytes, text.Length)..])
            await _output.WriteAsync(text[..Math.Min(PieceBytes, text.Length)], _cancellation).ConfigureAwait(false);
    }

    async ValueTask WriteNestedAsync(JsonValue value)
    {
        _output.Write(value is JsonObject ? "{"u8 : "["u8);
        await WriteEntriesAsync((value as JsonObject)?.Members ?? ((JsonArray)value).Items, isFirst: true).ConfigureAwait(false);
        _output.Write(value is JsonObject ? "}"u8 : "]"u8);
    }

    async ValueTask WriteEntriesAsync(Sequence entries, bool isFirst)
    {
        if (entries.Bytes <= PieceBytes)
        {
            JsonText.WriteEntries(entries, isFirst, _output);
            await WrittenAsync(entries.Bytes).ConfigureAwait(false);
            return;
        }
        for (int i = 0; i < entries.Children.Length; i++)
            await WriteEntriesAsync(entries.Children[i], isFirst && i == 0).ConfigureAwait(false);
        for (int i = 0; i < entries.Values.Length; i++)
        {
            JsonText.WriteHead(entries, i, isFirst && i == 0, _output);
            _unflushed += entries.Names.IsEmpty ? 1 : entries.Names[i].Length;
            await WriteAsync(entries.Values[i]).ConfigureAwait(false);
        }
    }

    async ValueTask WrittenAsync(long bytes)
    {
        _unflushed += bytes;
        if (_unflushed < PieceBytes)
            return;
        _unflushed = 0;
        await _output.FlushAsync(_cancellation).ConfigureAwait(false);
    }
}
