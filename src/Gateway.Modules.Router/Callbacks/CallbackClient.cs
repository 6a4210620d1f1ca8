using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Gateway.Core.Auth.Tickets;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Gateway.Modules.Router.Protocol;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Gateway.Modules.Router.Callbacks;

/// <summary>
/// Calls the services (specification, section 4): POST of a JSON object, over pooled connections, with tries, a limit
/// for each, and waits that an answer 429 may lengthen. Redirects are not followed. Never throws for what a service does.
/// </summary>
sealed class CallbackClient(
    IHttpMessageHandlerFactory handlers, CallbackOptions options, RouterMetrics metrics, Tenant tenant, ILogger<CallbackClient> log) : IDisposable
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "router";

    readonly ResiliencePipeline<Attempt> _pipeline = BuildPipeline(options);

    // Without the client around it, which would make anew for each call what here is the same for all.
    readonly HttpMessageInvoker _http = new(handlers.CreateHandler(ClientName), disposeHandler: false);

    // By the URLs of the configuration.
    readonly ConcurrentDictionary<string, CallbackTarget> _targets = new(StringComparer.Ordinal);

    /// <summary>Calls a service on an occasion.</summary>
    /// <param name="service">The service's name, for metrics and log.</param>
    /// <param name="callback">The occasion.</param>
    /// <param name="url">Where; null = not at all, which counts as ok.</param>
    /// <param name="body">The object that is sent.</param>
    /// <param name="retryMalformed">Whether a malformed answer is a failed try, rather than the end of it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<CallbackAnswer> CallAsync(
        string service, Callback callback, string? url, JsonMembers body, bool retryMalformed = false, CancellationToken cancellation = default)
    {
        if (url == null)
            return CallbackAnswer.NotCalled;
        using var span = GatewayTraces.Start("callback", ActivityKind.Client, tenant, RouterModule.ModuleName);
        long start = Stopwatch.GetTimestamp();
        byte[] json = body.ToUtf8();
        var target = _targets.GetOrAdd(url, static url => new(url));
        var attempt = await TryAsync(token => new(PostAsync(target, json, retryMalformed, token)), cancellation).ConfigureAwait(false);
        metrics.RecordCallback(service, callback, attempt.Outcome, Stopwatch.GetElapsedTime(start));
        Describe(span, service, callback, attempt.Outcome);
        if (attempt.Outcome != CallbackOutcome.Answered)
            RouterLog.CallbackFailed(log, service, callback, attempt.Outcome, attempt.Reason);
        return attempt.Outcome switch
        {
            CallbackOutcome.Answered => new(attempt.Body),
            CallbackOutcome.Malformed when !retryMalformed => CallbackAnswer.Malformed,
            _ => CallbackAnswer.Unavailable,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static void Describe(Activity? span, string service, Callback callback, CallbackOutcome outcome)
    {
        span?.SetTag("gateway.service", service);
        span?.SetTag("gateway.callback", callback.ToString());
        span?.SetTag("gateway.outcome", outcome.ToString().ToLowerInvariant());
        if (outcome != CallbackOutcome.Answered)
            span?.SetStatus(ActivityStatusCode.Error);
    }

    async ValueTask<Attempt> TryAsync(Func<CancellationToken, ValueTask<Attempt>> attempt, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(attempt, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            return Attempt.Failed($"no answer within {options.Timeout}");
        }
    }

    async Task<Attempt> PostAsync(CallbackTarget target, byte[] json, bool retryMalformed, CancellationToken cancellation)
    {
        using var request = CreateRequest(target, json);
        try
        {
            using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                return Attempt.Failed("429", RateLimitReset.Read(response.Headers, options.RateLimitResetHeaders) ?? options.Wait);
            if ((int)response.StatusCode >= 400)
                return Attempt.Failed($"status {(int)response.StatusCode}");
            if (!IsJson(response.Content.Headers.ContentType))
                return Attempt.Failed("the answer is not marked as JSON");
            return await CallbackBody.ReadAsync(response.Content, cancellation).ConfigureAwait(false) is { } body
                ? Attempt.Answered(body)
                : Attempt.Malformed(retryMalformed);
        }
        // The framework lets a SocketException through where the connection is reset as soon as it is made.
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return Attempt.Failed(ReasonOf(e));
        }
    }

    static string ReasonOf(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => http.HttpRequestError.ToString(),
        HttpIOException { HttpRequestError: not HttpRequestError.Unknown } http => http.HttpRequestError.ToString(),
        _ => e.GetType().Name,
    };

    // What is the same every time is not checked every time.
    HttpRequestMessage CreateRequest(CallbackTarget target, byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        request.Headers.TryAddWithoutValidation("User-Agent", "Gateway");
        if (target.Authorization != null)
            request.Headers.TryAddWithoutValidation("Authorization", target.Authorization);
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.Add(name, value);
        }
        if (options.SigningSecret is { } secret)
            request.Headers.Add(RequestSignature.Header, RequestSignature.Create(secret, DateTimeOffset.UtcNow, json));
        return request;
    }

    static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType is { } media
        && media.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    static ResiliencePipeline<Attempt> BuildPipeline(CallbackOptions options)
    {
        var pipeline = new ResiliencePipelineBuilder<Attempt>();
        if (options.Tries > 1)
        {
            pipeline.AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = options.Tries - 1,
                Delay = options.Wait,
                MaxDelay = TimeSpan.FromHours(1),
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException || args.Outcome.Result.MayRetry),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(args.Outcome.Exception == null ? args.Outcome.Result.Wait ?? options.Wait : options.Wait),
            });
        }
        if (options.Timeout > TimeSpan.Zero)
            pipeline.AddTimeout(options.Timeout);
        return pipeline.Build();
    }

    readonly record struct Attempt(CallbackOutcome Outcome, JsonElement Body, string? Reason, bool MayRetry, TimeSpan? Wait)
    {
        public static Attempt Answered(JsonElement body) => new(CallbackOutcome.Answered, body, null, false, null);

        public static Attempt Malformed(bool mayRetry) => new(CallbackOutcome.Malformed, default, "the answer is no JSON object", mayRetry, null);

        public static Attempt Failed(string reason, TimeSpan? wait = null) => new(CallbackOutcome.Unavailable, default, reason, true, wait);
    }
}
