using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Auth.Tickets;

/// <summary>Asks the application behind a URL who the owner of a ticket is.</summary>
sealed class TicketScheme : IAuthScheme, IAsyncDisposable
{
    const int MaxAnswerBytes = 64 * 1024;
    const string Refused = "ticket_refused";
    const string RefusedDetail = "Authentication failed.";

    readonly TicketOptions _options;
    readonly Uri _url;
    readonly HttpClient _client;

    public TicketScheme(string name, TicketOptions options)
    {
        (Name, _options) = (name, options);
        var url = new UriBuilder(options.Url);
        var credentials = $"{Uri.UnescapeDataString(url.UserName)}:{Uri.UnescapeDataString(url.Password)}";
        (url.UserName, url.Password) = ("", "");
        _url = url.Uri;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = GatewayTraces.Propagator,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        _client.DefaultRequestHeaders.Accept.ParseAdd("*/*");
        if (credentials != ":")
            _client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }

    public string Name { get; }

    public async ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        if (TicketOf(credentials) is not { } ticket)
            return AuthFault.TokenMissing;
        if (ticket.Json.Length > TokenHash.MaxTokenLength)
            return AuthFault.TokenMalformed;
        try
        {
            using var request = CreateRequest(ticket.Json);
            using var answer = await _client.SendAsync(request, cancellation).ConfigureAwait(false);
            return await ReadAsync(answer, ticket.Hash, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException cause)
        {
            return Unavailable(cause.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? $"its answer is larger than {MaxAnswerBytes} bytes"
                : $"no answer ({cause.HttpRequestError}, {(cause.InnerException ?? cause).Message})");
        }
        // The framework lets it through where the connection is reset as soon as it is made.
        catch (SocketException cause)
        {
            return Unavailable($"no answer ({cause.Message})");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unavailable($"no answer within {_options.Timeout}");
        }
        catch (ObjectDisposedException)
        {
            return Unavailable("the gateway is stopping");
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The ticket as JSON, and its hash; null if there is none.</summary>
    static (string Json, TokenHash Hash)? TicketOf(Credentials credentials) => credentials.Ticket switch
    {
        { ValueKind: JsonValueKind.String } text => (text.GetRawText(), TokenHash.Of(Unquote(text))),
        { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value => (value.GetRawText(), TokenHash.Of(value.GetRawText())),
        _ when string.IsNullOrEmpty(credentials.Token) => null,
        _ => (JsonSerializer.Serialize(credentials.Token), TokenHash.Of(credentials.Token)),
    };

    // Half a character is valid JSON, but no text; the hash is then that of the JSON.
    static string Unquote(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText();
        }
    }

    HttpRequestMessage CreateRequest(string ticket)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"ticket":{{ticket}}}""");
        var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        if (_options.SigningSecret is { } secret)
            request.Headers.Add(RequestSignature.Header, RequestSignature.Create(secret, DateTimeOffset.UtcNow, body));
        return request;
    }

    async Task<AuthResult> ReadAsync(HttpResponseMessage answer, TokenHash hash, CancellationToken cancellation)
    {
        if ((int)answer.StatusCode >= 400)
        {
            return Unavailable($"its answer has the status {(int)answer.StatusCode}") with
            {
                RetryAfter = answer.StatusCode == HttpStatusCode.TooManyRequests ? RateLimitReset.Read(answer.Headers, _options.RateLimitResetHeaders) : null,
            };
        }
        if (!IsJson(answer.Content.Headers.ContentType?.MediaType))
            return Unavailable($"its answer, with the status {(int)answer.StatusCode}, is not marked as JSON");
        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Decide(document.RootElement, hash)
                : Unreadable("its answer is no JSON object");
        }
        // The latter for a text with half a character in it.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Unreadable("its answer is malformed JSON");
        }
    }

    AuthResult Decide(JsonElement answer, TokenHash hash)
    {
        if (TextOf(answer, "status") != "ok")
        {
            return new AuthFault(Refused, TextOf(answer, "error") ?? RefusedDetail)
            {
                Answer = answer.TryGetProperty("error", out var error) ? error.GetRawText() : null,
            };
        }
        var claims = new List<Claim>();
        foreach (var field in _options.Fields)
        {
            if (!answer.TryGetProperty(field, out var value))
                return Unreadable($"its answer lacks the field {field}");
            claims.Add(TicketClaim.Create(field, value));
        }
        return new Identity(
            Name, null, new ClaimsPrincipal(new ClaimsIdentity(claims, Name)), Grants.Everything, null, hash);
    }

    static string? TextOf(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;

    static bool IsJson(string? mediaType) => mediaType != null &&
        (mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) ||
        (mediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));

    AuthFault Unreadable(string wrong) => Unavailable(wrong) with { IsUnreadable = true };

    AuthFault Unavailable(string wrong) => AuthFault.Unavailable.Because($"{_url.GetLeftPart(UriPartial.Path)}: {wrong}");
}
