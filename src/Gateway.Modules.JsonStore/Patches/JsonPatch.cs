using System.Text;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Patches;

/// <summary>A JSON Patch (RFC 6902).</summary>
/// <param name="operations">The operations, in order.</param>
/// <param name="maxCopiedBytes">
/// How much may be copied within the document: a patch of a few bytes could otherwise double it again and again.
/// </param>
/// <param name="maxHeight">How many objects and arrays may be nested at the path, also between two operations.</param>
sealed class JsonPatch(IReadOnlyList<PatchOperation> operations, long maxCopiedBytes, int maxHeight) : IPatch
{
    /// <summary>Reads a patch.</summary>
    /// <exception cref="JsonFault">It is none; the message says which operation is wrong.</exception>
    public static JsonPatch Read(JsonValue patch, long maxCopiedBytes, int maxHeight)
    {
        if (patch is not JsonArray array)
            throw Malformed("A JSON Patch is an array of operations.");
        var operations = new PatchOperation[array.Count];
        for (int i = 0; i < operations.Length; i++)
            operations[i] = ReadOperation(array[i], i);
        return new(operations, maxCopiedBytes, maxHeight);
    }

    public JsonValue Apply(JsonValue? target, long revision)
    {
        var document = target ?? throw new PatchFault("There is nothing at this path to patch.");
        long copied = 0;
        for (int i = 0; i < operations.Count; i++)
        {
            try
            {
                copied += operations[i].CopiedBytes(document);
                if (copied > maxCopiedBytes)
                    throw new PatchFault($"a patch may copy at most {maxCopiedBytes} bytes");
                document = operations[i].Apply(document, revision);
                // Each operation walks to its place by recursion.
                if (document.Height > maxHeight && document.Height > target.Height)
                    throw new PatchFault($"it would nest the value more than {maxHeight} levels deep");
            }
            catch (PatchFault fault)
            {
                throw new PatchFault($"Operation {i} ({operations[i].Name}): {fault.Message}. Nothing has been applied.");
            }
        }
        // What adds up to nothing is no change.
        return JsonValue.HaveSameText(target, document) ? target : document;
    }

    static PatchOperation ReadOperation(JsonValue value, int index)
    {
        if (value is not JsonObject operation)
            throw Malformed($"Operation {index} is no object.");
        string name = Text(operation.Get("op"u8)) is { } op ? Encoding.UTF8.GetString(op) : "";
        bool hasValue = name is "add" or "replace" or "test";
        bool hasFrom = name is "move" or "copy";
        if (!hasValue && !hasFrom && name != "remove")
            throw Malformed($"Operation {index}: \"op\" must be add, remove, replace, move, copy or test.");
        if (hasValue && operation.Get("value"u8) == null)
            throw Malformed($"Operation {index} ({name}): \"value\" is missing.");
        return new(
            name,
            Pointer(operation, "path"u8, index, name),
            hasFrom ? Pointer(operation, "from"u8, index, name) : null,
            hasValue ? operation.Get("value"u8) : null);
    }

    static byte[][] Pointer(JsonObject operation, ReadOnlySpan<byte> member, int index, string name) =>
        Text(operation.Get(member)) is { } text && JsonPointer.Parse(text) is { } pointer
            ? pointer
            : throw Malformed($"Operation {index} ({name}): \"{Encoding.UTF8.GetString(member)}\" must be a JSON Pointer, empty or with a leading slash.");

    static byte[]? Text(JsonValue? value) => value is JsonScalar { IsString: true } scalar ? JsonText.Unquote(scalar.Text) : null;

    static JsonFault Malformed(string message) => new("patch_malformed", message);
}
