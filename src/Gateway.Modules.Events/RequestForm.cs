using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Modules.Events;

/// <summary>
/// A request's JSON object. A member that there must be is there once and has the right type, or <see cref="Fault"/> says what
/// is wrong; members that nobody asks for do not matter.
/// </summary>
sealed class RequestForm
{
    // As deep as the original takes it.
    const int MaxDepth = 128;

    readonly JsonElement _root;

    RequestForm(JsonElement root) => _root = root;

    /// <summary>The first thing found wrong; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">How many bytes it may have; 0 = no limit.</param>
    public static async ValueTask<(RequestForm? Form, IResult? Refusal)> ReadAsync(HttpRequest request, long limit)
    {
        if (!IsJson(request.ContentType))
            return (null, Answers.BadRequest("not_json", "The Content-Type must be application/json."));
        if (await ReadBodyAsync(request, limit).ConfigureAwait(false) is not { } body)
            return (null, Answers.TooLarge(limit));
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (new RequestForm(document.RootElement.Clone()), null)
                : (null, Answers.BadRequest("body_invalid", "The body must be a JSON object."));
        }
        catch (JsonException)
        {
            return (null, Answers.BadRequest("body_invalid", "The body is not valid JSON."));
        }
    }

    /// <summary>The forms in a member that is an array of objects.</summary>
    public IReadOnlyList<RequestForm> Forms(string name)
    {
        if (Find(name) is not { } found)
            return [];
        if (found.ValueKind == JsonValueKind.Array && found.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object))
            return [.. found.EnumerateArray().Select(item => new RequestForm(item))];
        Fail($"{name} must be an array of objects.");
        return [];
    }

    /// <summary>The form in a member that is an object; null if there is none.</summary>
    public RequestForm? OptionalForm(string name)
    {
        if (!Has(name) || Find(name) is not { } found)
            return null;
        if (found.ValueKind == JsonValueKind.Object)
            return new RequestForm(found);
        Fail($"{name} must be an object.");
        return null;
    }

    /// <summary>Whether there is a member.</summary>
    public bool Has(string name) => _root.TryGetProperty(name, out _);

    public string Text(string name)
    {
        try
        {
            if (Find(name) is { } found)
            {
                if (found.ValueKind == JsonValueKind.String)
                    return found.GetString()!;
                Fail($"{name} must be a string.");
            }
        }
        catch (InvalidOperationException)
        {
            Fail($"{name} holds half a character.");
        }
        return "";
    }

    public Guid Uuid(string name)
    {
        string text = Text(name);
        if (Events.Uuid.TryParse(text, out var uuid))
            return uuid;
        Fail($"{name} must be a UUID.");
        return default;
    }

    public long Integer(string name)
    {
        if (Find(name) is not { } found)
            return 0;
        if (found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out long number))
            return number;
        Fail($"{name} must be a whole number of 64 bits.");
        return 0;
    }

    /// <summary>Any JSON, without needless white space and in ASCII.</summary>
    public byte[] Json(string name)
    {
        if (Find(name) is not { } found)
            return [];
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, new() { MaxDepth = MaxDepth }))
                found.WriteTo(writer);
            return buffer.WrittenSpan.ToArray();
        }
        catch (InvalidOperationException)
        {
            Fail($"{name} holds half a character.");
            return [];
        }
    }

    /// <summary>What must hold beyond types.</summary>
    public void Require(bool holds, string fault)
    {
        if (!holds)
            Fail(fault);
    }

    /// <summary>Something is wrong, beyond types.</summary>
    public void Fail(string fault) => Fault ??= fault;

    JsonElement? Find(string name)
    {
        JsonElement? found = null;
        foreach (var member in _root.EnumerateObject())
        {
            if (!member.NameEquals(name))
                continue;
            if (found != null)
                Fail($"{name} is there twice.");
            found = member.Value;
        }
        if (found == null)
            Fail($"{name} is missing.");
        return found;
    }

    static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    static async ValueTask<byte[]?> ReadBodyAsync(HttpRequest request, long limit)
    {
        if (limit != 0 && request.ContentLength > limit)
            return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
            var bytes = read.Buffer;
            bool isTooLarge = limit != 0 && bytes.Length > limit;
            if (isTooLarge || read.IsCompleted)
            {
                byte[]? body = isTooLarge ? null : bytes.ToArray();
                request.BodyReader.AdvanceTo(bytes.End);
                return body;
            }
            request.BodyReader.AdvanceTo(bytes.Start, bytes.End);
        }
    }
}
