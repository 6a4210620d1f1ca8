using System.Net;
using System.Text.Json;
using Gateway.Core.Auth;
using Gateway.Modules.Router.Callbacks;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Sessions;

/// <summary>
/// The event <c>auth</c> (specification, section 2.3): its method is the name of one of the module's schemes, by default
/// <c>ticket</c>. What the scheme cannot decide for the moment is tried as often as a call.
/// </summary>
sealed class AuthMethods(Authenticator authenticator, CallbackOptions options)
{
    const string Ticket = "ticket";

    /// <summary>Decides about an event.</summary>
    /// <param name="request">The event.</param>
    /// <param name="address">Where the client connects from.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The identity, or the error for the reply and the fault behind it, if a scheme was asked.</returns>
    public async Task<(Identity? Identity, JsonElement Error, AuthFault? Fault)> AuthenticateAsync(
        ClientEvent request, IPAddress? address, CancellationToken cancellation)
    {
        string? method = request["method"] is { } given ? JsonValue.TextOf(given) : Ticket;
        if (method == null || authenticator.Schemes.All(known => known.Name != method))
            return (null, ErrorText.MethodUnsupported, null);
        if (CredentialsOf(request, method, address) is not { } credentials)
            return (null, method == Ticket ? ErrorText.TicketMissing : ErrorText.TokenMissing, null);
        var result = await DecideAsync(method, credentials, cancellation).ConfigureAwait(false);
        return result.Succeeded ? (result.Identity, default, null) : (null, ErrorOf(result.Fault), result.Fault);
    }

    async Task<AuthResult> DecideAsync(string method, Credentials credentials, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            var result = (await authenticator.AuthenticateAsync(method, credentials, cancellation).ConfigureAwait(false)).GetValueOrDefault();
            if (result.Fault is not { IsUnreadable: false } fault || fault.Code != AuthFault.Unavailable.Code || attempt == options.Tries)
                return result;
            await Task.Delay(fault.RetryAfter ?? options.Wait, cancellation).ConfigureAwait(false);
        }
    }

    // A ticket is any JSON value that is not nothing; a token is a text.
    static Credentials? CredentialsOf(ClientEvent request, string method, IPAddress? address)
    {
        var presented = request[method == Ticket ? Ticket : "token"] ?? request[Ticket];
        if (presented is not { } value || !JsonValue.IsTruthy(value))
            return null;
        return method == Ticket
            ? new Credentials(JsonValue.TextOf(value), address) { Ticket = value.Clone() }
            : JsonValue.TextOf(value) is { } token ? new Credentials(token, address) : null;
    }

    static JsonElement ErrorOf(AuthFault fault) => fault switch
    {
        { IsUnreadable: true } => ErrorText.UnhandledException,
        { Answer: { } answer } => JsonElement.Parse(answer),
        _ when fault.Code == AuthFault.Unavailable.Code => ErrorText.ServiceUnavailable,
        _ => ErrorText.AuthenticationFailed,
    };
}
