using System.Text.Json;

namespace Gateway.Modules.Router.Protocol;

/// <summary>The names of the events, as JSON texts.</summary>
static class EventNames
{
    public static readonly JsonElement Message = ErrorText.Of("message");
    public static readonly JsonElement Unsubscribe = ErrorText.Of("unsubscribe");
    public static readonly JsonElement Pong = ErrorText.Of("pong");
    public static readonly JsonElement Gap = ErrorText.Of("gap");
}
