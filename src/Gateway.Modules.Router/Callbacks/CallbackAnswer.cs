using System.Text.Json;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Callbacks;

/// <summary>What came of a call: a JSON object, the service's own or one that stands for its failure.</summary>
/// <param name="Body">The object.</param>
readonly record struct CallbackAnswer(JsonElement Body)
{
    /// <summary>No URL is configured.</summary>
    public static CallbackAnswer NotCalled { get; } = new(JsonElement.Parse("""{"status":"ok"}"""));

    /// <summary>All tries failed.</summary>
    public static CallbackAnswer Unavailable { get; } = Failure(ErrorText.ServiceUnavailable);

    /// <summary>The service answered something that is no JSON object.</summary>
    public static CallbackAnswer Malformed { get; } = Failure(ErrorText.UnhandledException);

    /// <summary>Nothing but <c>"status":"ok"</c> is a success.</summary>
    public bool IsOk => Body.TryGetProperty("status", out var status) && JsonValue.TextOf(status) == "ok";

    /// <summary>The error of an answer that is not ok: the service's own, whatever it is, or the given one.</summary>
    public JsonElement ErrorOr(JsonElement otherwise) => Body.TryGetProperty("error", out var error) ? error : otherwise;

    /// <summary>The member <c>data</c>; null if there is none.</summary>
    public JsonElement? Data => Body.TryGetProperty("data", out var data) ? data : null;

    /// <summary>The data as the reply to a success carries it.</summary>
    public JsonElement? DataOfSuccess => Data is { ValueKind: not JsonValueKind.Null } data ? data : null;

    /// <summary>The data as the reply to a refusal carries it.</summary>
    public JsonElement? DataOfRefusal => Data is { } data && JsonValue.IsTruthy(data) ? data : null;

    static CallbackAnswer Failure(JsonElement error) => new(JsonElement.Parse($$"""{"status":"error","error":{{error.GetRawText()}}}"""));
}
