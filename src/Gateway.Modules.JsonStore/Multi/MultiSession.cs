using System.Text;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Multi;

/// <summary>A client of the multi-subscription protocol: any number of paths on one WebSocket, each with its own token if need be.</summary>
sealed class MultiSession(DocumentStore store, SubscriptionIndex index, JsonStoreOptions options, Authenticator authenticator, WebSocketConnection client) : IAsyncDisposable
{
    /// <summary>The largest message.</summary>
    public const int MaxMessageBytes = 1_000_000;

    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    readonly Dictionary<string, MultiSubscription> _subscriptions = new(StringComparer.Ordinal);
    Timer? _deadline;
    Timer? _expiry;
    DateTimeOffset _expires = DateTimeOffset.MaxValue;

    /// <summary>Serves the client until its connection ends.</summary>
    public async Task ServeAsync(CancellationToken closing)
    {
        if (options.FirstSubscribeDeadline > TimeSpan.Zero)
            _deadline = new Timer(_ => client.Close(CloseReason.PolicyViolation, MultiClose.NoSubscription), null, options.FirstSubscribeDeadline, Timeout.InfiniteTimeSpan);
        await foreach (var message in client.ReadAllAsync(closing).ConfigureAwait(false))
            await TakeAsync(message, closing).ConfigureAwait(false);
    }

    /// <summary>Ends all subscriptions.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions.Values)
            subscription.Dispose();
        if (_deadline != null)
            await _deadline.DisposeAsync().ConfigureAwait(false);
        if (_expiry != null)
            await _expiry.DisposeAsync().ConfigureAwait(false);
    }

    ValueTask TakeAsync(ClientMessage message, CancellationToken closing)
    {
        if (!message.IsText)
            return Close(MultiClose.Binary);
        JsonValue value;
        try
        {
            value = JsonParser.Parse(message.Payload.Span, JsonLimits.None);
        }
        catch (JsonFault)
        {
            return Close(MultiClose.NoJson);
        }
        if (value is not JsonObject request)
            return Close(MultiClose.NoObject);
        return Text(request.Get("type"u8)) switch
        {
            "subscribe" => SubscribeAsync(request, closing),
            "unsubscribe" => UnsubscribeAsync(request, closing),
            _ => Close(MultiClose.NoType),
        };
    }

    async ValueTask SubscribeAsync(JsonObject request, CancellationToken closing)
    {
        if (Paths(request, out string wrong) is not { } paths)
        {
            await RefuseAsync(400, "Subscribe request payload is malformed", $"Subscribe paths are missing or malformed: {wrong}", null, closing).ConfigureAwait(false);
            return;
        }
        var token = request.Get("token"u8);
        if (token is not (null or JsonScalar { IsNull: true } or JsonScalar { IsString: true }))
        {
            await RefuseAsync(400, "Subscribe request payload is malformed", "Subscribe token is not a string: Error in $.token: expected a string", null, closing).ConfigureAwait(false);
            return;
        }
        if (authenticator.IsOpen || await IsAllowedAsync(Text(token), paths, closing).ConfigureAwait(false))
            await SubscribeAsync(paths, closing).ConfigureAwait(false);
    }

    // All are held until the answer is on its way, which then shows all values as of one revision.
    async ValueTask SubscribeAsync(string[] paths, CancellationToken closing)
    {
        var added = new Dictionary<string, (MultiSubscription Subscription, JsonValue Value)>(StringComparer.Ordinal);
        foreach (string path in paths.Where(path => !added.ContainsKey(path)))
        {
            if (_subscriptions.Remove(path, out var before))
                before.Dispose();
            var subscription = index.Join(StorePath.Split(path), node => new MultiSubscription(index, node, client));
            _subscriptions.Add(path, subscription);
            added.Add(path, (subscription, JsonScalar.Null));
        }
        var revision = store.Current;
        foreach (var (path, (subscription, _)) in added)
            added[path] = (subscription, subscription.Node.ValueAt(revision));
        await SendAsync(Frame.Text(MultiMessages.Subscribed(paths.Select(path => (path, added[path].Value)))), closing).ConfigureAwait(false);
        foreach (var (subscription, value) in added.Values)
            subscription.Start(value);
        _deadline?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    ValueTask UnsubscribeAsync(JsonObject request, CancellationToken closing)
    {
        if (Paths(request, out string wrong) is not { } paths)
            return SendAsync(Frame.Text(MultiMessages.NotUnsubscribed($"Unsubscribe paths are missing or malformed: {wrong}")), closing);
        var gone = new List<string>();
        foreach (string path in paths)
        {
            if (!_subscriptions.Remove(path, out var subscription))
                continue;
            subscription.Dispose();
            gone.Add(path);
        }
        return SendAsync(Frame.Text(MultiMessages.Unsubscribed(gone)), closing);
    }

    // Answers if it is not.
    async ValueTask<bool> IsAllowedAsync(string? token, string[] paths, CancellationToken closing)
    {
        if (token == null)
        {
            await RefuseAsync(401, "No authorisation token provided", null, paths, closing).ConfigureAwait(false);
            return false;
        }
        var result = await authenticator.AuthenticateAsync(new(token, client.Address), closing).ConfigureAwait(false);
        if ((result.Fault ?? result.Identity!.Grants.Fault) is { } fault)
        {
            int code = fault.Code == AuthFault.Unavailable.Code ? 503 : 403;
            await RefuseAsync(code, $"Error while extracting claim from JWT: {Describe(fault)}", null, paths, closing).ConfigureAwait(false);
            return false;
        }
        var forbidden = paths.Select(StorePath.Split)
            .Where(path => !result.Identity!.Grants.Allows(JsonStoreModule.ModuleName, StoreAction.Read, StorePath.ToText(path))).ToArray();
        if (forbidden.Length > 0)
        {
            await SendAsync(Frame.Text(MultiMessages.Unauthorised(forbidden, paths)), closing).ConfigureAwait(false);
            return false;
        }
        EndAt(result.Identity!.Expires);
        return true;
    }

    // With the first of its tokens to expire: what one let in is not told apart from the rest.
    void EndAt(DateTimeOffset? expires)
    {
        if (expires is not { } end || end >= _expires)
            return;
        _expires = end;
        _expiry ??= new Timer(_ => OnExpiry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        OnExpiry();
    }

    void OnExpiry()
    {
        var rest = _expires - DateTimeOffset.UtcNow;
        if (rest <= TimeSpan.Zero)
            client.Close(CloseReason.TokenExpired);
        else
            _expiry!.Change(rest < LongestTimer ? rest : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    ValueTask RefuseAsync(int code, string message, string? extra, string[]? paths, CancellationToken closing) =>
        SendAsync(Frame.Text(MultiMessages.NotSubscribed(code, message, extra, paths)), closing);

    // An answer must not push out what waits before it.
    async ValueTask SendAsync(Frame frame, CancellationToken closing)
    {
        while (!client.TrySend(frame) && client.Ending == null)
            await client.WhenRoomAsync(frame, closing).ConfigureAwait(false);
    }

    ValueTask Close(WebSocketClose code)
    {
        client.Close(CloseReason.ProtocolError, code);
        return ValueTask.CompletedTask;
    }

    // Null if there are none; then what is wrong.
    string[]? Paths(JsonObject request, out string wrong)
    {
        wrong = "Error in $: key \"paths\" not found";
        if (request.Get("paths"u8) is not { } value)
            return null;
        wrong = "Error in $.paths: expected an array of strings";
        if (value is not JsonArray array)
            return null;
        var paths = new string[array.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            if (Text(array[i]) is not { } path)
                return null;
            if (path.AsSpan().Count('/') >= options.MaxDepth)
            {
                wrong = $"Error in $.paths[{i}]: a path may have at most {options.MaxDepth} names";
                return null;
            }
            paths[i] = path;
        }
        return paths;
    }

    static string Describe(AuthFault fault) => fault.Code switch
    {
        "token_malformed" or "token_unknown" => "VerificationError TokenInvalid",
        "signature_invalid" => "VerificationError TokenSignatureInvalid",
        "token_expired" => "VerificationError TokenExpired",
        "token_not_yet_valid" => "VerificationError TokenUsedTooEarly",
        "grant_missing" => "ClaimError \"Icepeak claim missing.\"",
        _ => $"ClaimError \"{fault.Detail}\"",
    };

    static string? Text(JsonValue? value) =>
        value is JsonScalar { IsString: true } text ? Encoding.UTF8.GetString(JsonText.Unquote(text.Text)) : null;
}
