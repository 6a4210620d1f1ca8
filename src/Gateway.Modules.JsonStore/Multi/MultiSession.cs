using System.Text;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Multi;

/// <summary>
/// A client of the multi-subscription protocol: any number of paths on one WebSocket, each with its own token if need be.
/// The connection ends when a token expires or is revoked by which it still has a path: the protocol has no message to
/// take one back.
/// </summary>
sealed class MultiSession(
    DocumentStore store, SubscriptionIndex index, JsonStoreOptions options, Authenticator authenticator, Refusals refusals, WebSocketConnection client) : IDisposable
{
    /// <summary>The largest message.</summary>
    public const int MaxMessageBytes = 1_000_000;

    const string Malformed = "Subscribe request payload is malformed";

    readonly Dictionary<string, MultiSubscription> _subscriptions = new(StringComparer.Ordinal);
    readonly Dictionary<Identity, int> _uses = new(ReferenceEqualityComparer.Instance);
    long _weight;
    Timer? _deadline;

    /// <summary>Serves the client until its connection ends.</summary>
    public async Task ServeAsync(CancellationToken closing)
    {
        if (options.FirstSubscribeDeadline > TimeSpan.Zero)
            _deadline = new Timer(_ => client.Close(CloseReason.PolicyViolation, MultiClose.NoSubscription), null, options.FirstSubscribeDeadline, Timeout.InfiniteTimeSpan);
        await foreach (var message in client.ReadAllAsync(closing).ConfigureAwait(false))
            await TakeAsync(message, closing).ConfigureAwait(false);
    }

    /// <summary>Ends all subscriptions.</summary>
    public void Dispose()
    {
        foreach (var subscription in _subscriptions.Values)
            subscription.Dispose();
        _deadline?.Dispose();
    }

    ValueTask TakeAsync(ClientMessage message, CancellationToken closing)
    {
        if (!message.IsText)
            return Close(MultiClose.Binary);
        JsonValue value;
        try
        {
            value = JsonParser.Parse(message.Payload.Span, new(options.MaxDepth, 0));
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
            await RefuseAsync(400, Malformed, $"Subscribe paths are missing or malformed: {wrong}", null, closing).ConfigureAwait(false);
            return;
        }
        var token = request.Get("token"u8);
        if (token is not (null or JsonScalar { IsNull: true } or JsonScalar { IsString: true }))
        {
            await RefuseAsync(400, Malformed, "Subscribe token is not a string: Error in $.token: expected a string", null, closing).ConfigureAwait(false);
            return;
        }
        if (await AllowAsync(Text(token), paths, closing).ConfigureAwait(false) is not { } identity)
            return;
        if (TooMuch(paths) is var (code, message, extra))
            await RefuseAsync(code, message, extra, paths, closing).ConfigureAwait(false);
        else
            await SubscribeAsync(paths, identity, closing).ConfigureAwait(false);
    }

    // All are held until the answer is on its way, which then shows all values as of one revision.
    async ValueTask SubscribeAsync(string[] paths, Identity identity, CancellationToken closing)
    {
        var added = new Dictionary<string, (MultiSubscription Subscription, JsonValue Value)>(StringComparer.Ordinal);
        foreach (string path in paths.Where(path => !added.ContainsKey(path)))
        {
            if (index.TryJoin(StorePath.Split(path), node => new MultiSubscription(index, node, client, identity)) is not { } subscription)
            {
                foreach (var (joined, _) in added.Values)
                    joined.Dispose();
                await RefuseAsync(429, "Too many paths", "The tenant's limit of topics is reached", paths, closing).ConfigureAwait(false);
                return;
            }
            added.Add(path, (subscription, JsonScalar.Null));
        }
        foreach (var (path, (subscription, _)) in added)
        {
            Remove(path);
            Add(path, subscription);
        }
        client.DependOn(_uses.Keys);
        var revision = store.Current;
        foreach (var (path, (subscription, _)) in added)
            added[path] = (subscription, subscription.Node.ValueAt(revision));
        await SendAsync(Frame.Text(MultiMessages.Subscribed(paths.Select(path => (path, added[path].Value)))), closing).ConfigureAwait(false);
        foreach (var (subscription, value) in added.Values)
            subscription.Start(value);
        _deadline?.Dispose();
        _deadline = null;
    }

    ValueTask UnsubscribeAsync(JsonObject request, CancellationToken closing)
    {
        if (Paths(request, out string wrong) is not { } paths)
            return SendAsync(Frame.Text(MultiMessages.NotUnsubscribed($"Unsubscribe paths are missing or malformed: {wrong}")), closing);
        string[] gone = [.. paths.Where(Remove)];
        client.DependOn(_uses.Keys);
        return SendAsync(Frame.Text(MultiMessages.Unsubscribed(gone)), closing);
    }

    void Add(string path, MultiSubscription subscription)
    {
        _subscriptions.Add(path, subscription);
        _uses[subscription.Identity] = _uses.GetValueOrDefault(subscription.Identity) + 1;
        _weight += Weight(path);
    }

    bool Remove(string path)
    {
        if (!_subscriptions.Remove(path, out var subscription))
            return false;
        subscription.Dispose();
        if (--_uses[subscription.Identity] == 0)
            _uses.Remove(subscription.Identity);
        _weight -= Weight(path);
        return true;
    }

    // What one client may have held here: its paths for as long as it likes, and the values until it has read the answer.
    (int Code, string Message, string Extra)? TooMuch(string[] paths)
    {
        long weight = paths.Where(path => !_subscriptions.ContainsKey(path)).Distinct(StringComparer.Ordinal).Sum(Weight);
        if (options.MaxSubscriptions > 0 && _weight + weight > options.MaxSubscriptions)
            return (429, "Too many paths on one connection", $"At most {options.MaxSubscriptions} are allowed; one with many names or characters counts as several");
        var revision = store.Current;
        long most = Math.Max(options.BodyLimit, revision.Root.Bytes);
        if (paths.Sum(path => revision.Get(StorePath.Split(path), out _)?.Bytes ?? 0) > most)
            return (413, "The values are too large for one answer", $"At most {most} bytes are allowed; ask for fewer paths at a time");
        return null;
    }

    // A path of many names takes as much memory as several others.
    static long Weight(string path) => 1 + (path.AsSpan().Count('/') / 16) + (path.Length / 256);

    // By whose token the paths may be read. Null if they may not; then it has been answered, counted and logged.
    async ValueTask<Identity?> AllowAsync(string? token, string[] paths, CancellationToken closing)
    {
        if (authenticator.IsOpen)
            return Identity.Open;
        if (token == null)
        {
            refusals.Add(client, AuthFault.TokenMissing);
            await RefuseAsync(401, "No authorisation token provided", null, paths, closing).ConfigureAwait(false);
            return null;
        }
        var result = await authenticator.AuthenticateAsync(new(token, client.Address), closing).ConfigureAwait(false);
        if ((result.Fault ?? result.Identity!.Grants.Fault) is { } fault)
        {
            refusals.Add(client, fault);
            int code = fault.Code == AuthFault.Unavailable.Code ? 503 : 403;
            await RefuseAsync(code, $"Error while extracting claim from JWT: {Describe(fault)}", null, paths, closing).ConfigureAwait(false);
            return null;
        }
        var grants = result.Identity!.Grants;
        byte[][][] forbidden = [.. paths.Select(StorePath.Split).Where(path => !grants.Allows(JsonStoreModule.ModuleName, StoreAction.Read, StorePath.ToText(path)))];
        if (forbidden.Length > 0)
        {
            refusals.Add(client, AuthFault.GrantMissing.Because($"{StoreAction.Read} of {forbidden.Length} paths"));
            await SendAsync(Frame.Text(MultiMessages.Unauthorised(forbidden, paths)), closing).ConfigureAwait(false);
            return null;
        }
        return result.Identity;
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
        "token_revoked" => "VerificationError TokenRevoked",
        "grant_missing" => "ClaimError \"Icepeak claim missing.\"",
        _ => $"ClaimError \"{fault.Detail}\"",
    };

    static string? Text(JsonValue? value) =>
        value is JsonScalar { IsString: true } text ? Encoding.UTF8.GetString(JsonText.Unquote(text.Text)) : null;
}
