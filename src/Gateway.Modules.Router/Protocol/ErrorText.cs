using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Modules.Router.Protocol;

/// <summary>The errors of the protocol (specification, section 2.2), as JSON texts. Clients compare them: they are fixed.</summary>
static class ErrorText
{
    // Before the others, which are made with it.
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonElement MalformedEvent = Of("Messages must be JSON and contain an event field.");
    public static readonly JsonElement EventNotFound = Of("Event not found.");
    public static readonly JsonElement UnhandledException = Of("Unhandled exception.");
    public static readonly JsonElement ServiceUnavailable = Of("Service unavailable.");
    public static readonly JsonElement MethodUnsupported = Of("Authentication method unsupported.");
    public static readonly JsonElement TicketMissing = Of("Must specify ticket.");
    public static readonly JsonElement TokenMissing = Of("Must specify token.");
    public static readonly JsonElement AuthenticationFailed = Of("Authentication failed.");
    public static readonly JsonElement AuthenticationRequired = Of("Authentication required.");
    public static readonly JsonElement Unauthorized = Of("Unauthorized.");
    public static readonly JsonElement InvalidSubscription = Of("Invalid subscription format.");
    public static readonly JsonElement InvalidService = Of("Invalid service.");
    public static readonly JsonElement AlreadySubscribed = Of("Already subscribed.");
    public static readonly JsonElement NotSubscribed = Of("Subscription does not exist.");
    public static readonly JsonElement TooManySubscriptions = Of("Too many subscriptions.");

    /// <summary>A text as JSON, with no more escapes than JSON asks for.</summary>
    public static JsonElement Of(string text) => JsonSerializer.SerializeToElement(text, Plain);
}
