using System.Text.Json;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Redis;
using Gateway.Modules.Router.Callbacks;
using Gateway.Modules.Router.Protocol;
using Gateway.Modules.Router.Topics;

namespace Gateway.Modules.Router.Sessions;

/// <summary>
/// One client: it sends events, which are done strictly one after the other, with all the calls that they need, and gets
/// replies in that order, with pushed messages between them (specification, section 2).
/// </summary>
sealed class Session(SessionContext context, AuthMethods methods, WebSocketConnection client)
{
    readonly Dictionary<string, ServiceSubscription> _subscriptions = new(StringComparer.Ordinal);
    readonly SessionTimers _timers = new();
    volatile JsonMembers? _auth;
    CancellationToken _overdue;

    /// <summary>Guards the subscriptions and their state; nothing waits under it.</summary>
    public Lock Gate { get; } = new();

    public SessionContext Context => context;

    public WebSocketConnection Client => client;

    /// <summary>What is known of the client; null until it has authenticated.</summary>
    public JsonMembers? Auth => _auth;

    /// <summary>Serves the client until the connection ends, and then ends its subscriptions.</summary>
    public async Task RunAsync(CancellationToken closing)
    {
        context.Metrics.AddSession(1);
        using var overdue = new CancellationTokenSource();
        _overdue = overdue.Token;
        // What the last event waits for holds up the end of the session for so long, and no longer.
        using var limiting = closing.Register(() => overdue.CancelAfter(EndingLimit));
        try
        {
            await foreach (var message in client.ReadAllAsync(closing).ConfigureAwait(false))
            {
                if (ClientEvent.Read(message) is { } request)
                    await HandleAsync(request).ConfigureAwait(false);
                else
                    Answer("invalid", false, Reply.Malformed);
            }
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
            context.Metrics.AddSession(-1);
        }
    }

    /// <summary>
    /// Gives a message that came for one subscription to the one that it names, which may be another of the session
    /// (section 5.3). Under the lock.
    /// </summary>
    public void Route(ServiceSubscription listener, TopicMessage message, bool isLive)
    {
        if (message.Subscription == listener.Name.Name)
            listener.Deliver(message, _auth, isLive);
        else if (_subscriptions.TryGetValue(message.Subscription, out var other))
            other.Deliver(message, _auth, isLive);
    }

    /// <summary>Ends a subscription that is no longer authorised, and tells the client why.</summary>
    public async Task ForceUnsubscribeAsync(ServiceSubscription subscription, JsonElement error)
    {
        if (!await RemoveAsync(subscription).ConfigureAwait(false))
            return;
        RouterLog.AuthorizationEnded(context.Log, client.Id, subscription.ServiceName);
        var answer = await CallAsync(subscription, Callback.BeforeUnsubscribe, subscription.Service.BeforeUnsubscribe).ConfigureAwait(false);
        client.Send(Reply.Ended(subscription.Name, subscription.Extra, error, answer.Data));
        await CallAsync(subscription, Callback.OnUnsubscribe, subscription.Service.OnUnsubscribe).ConfigureAwait(false);
    }

    /// <summary>Calls a subscription's service; given up, if by nothing else, when the client has left and the time for that is over.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task<CallbackAnswer> CallAsync(
        ServiceSubscription subscription, Callback callback, string? url, JsonElement? data = null, bool retryMalformed = false, CancellationToken? cancellation = null) =>
        context.Callbacks.CallAsync(
            subscription.ServiceName, callback, url, subscription.CallbackBody(_auth).SetIfAny("data", data), retryMalformed, cancellation ?? _overdue);

    async Task HandleAsync(ClientEvent request)
    {
        string kind = request.Name is "auth" or "subscribe" or "message" or "unsubscribe" or "ping" ? request.Name : "unknown";
        try
        {
            await (kind switch
            {
                "auth" => AuthenticateAsync(request),
                "subscribe" => SubscribeAsync(request),
                "message" => PassOnAsync(request),
                "unsubscribe" => UnsubscribeAsync(request),
                "ping" => AnswerAsync(kind, true, Reply.Pong(request["data"])),
                _ => AnswerAsync(kind, false, Reply.To(request, ErrorText.EventNotFound)),
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_overdue.IsCancellationRequested)
        {
            RouterLog.EndingOverdue(context.Log, client.Id, EndingLimit);
        }
        catch (Exception e)
        {
            RouterLog.EventFailed(context.Log, e, client.Id);
            Refuse(kind, request, ErrorText.UnhandledException);
        }
    }

    async Task AuthenticateAsync(ClientEvent request)
    {
        var (identity, error, fault) = await methods.AuthenticateAsync(request, client.Address, _overdue).ConfigureAwait(false);
        if (fault != null)
            context.Refusals.Add(client, fault);
        if (identity != null)
            Become(identity);
        Answer("auth", identity != null, Reply.To(request, identity == null ? error : null));
    }

    // At once for the subscriptions that there are, too.
    void Become(Identity identity)
    {
        lock (Gate)
            _auth = AuthInfo.Of(identity);
        client.Become(identity);
    }

    async Task SubscribeAsync(ClientEvent request)
    {
        if (!TryReadName(request, "subscribe", out var name))
            return;
        if (!context.Services.TryGetValue(name.Service, out var service))
        {
            Refuse("subscribe", request, ErrorText.InvalidService);
            return;
        }
        var subscription = new ServiceSubscription(this, name, name.Service, service, JsonMembers.Pick(request.Body, service.ExtraFields));
        if (RefusalBeforeCalls(subscription) is { } error)
        {
            Refuse("subscribe", request, error);
            return;
        }
        var authorized = await CallAsync(subscription, Callback.Authorizer, service.Authorizer).ConfigureAwait(false);
        if (!authorized.IsOk)
        {
            Refuse("subscribe", request, authorized.ErrorOr(ErrorText.Unauthorized), authorized.DataOfRefusal);
            return;
        }
        subscription.AuthorizerData = JsonMembers.Pick(authorized.Body, service.AuthorizerFields);
        if (await JoinAsync(subscription, request).ConfigureAwait(false))
        {
            _timers.Start(this, subscription);
            await CallAsync(subscription, Callback.OnSubscribe, service.OnSubscribe).ConfigureAwait(false);
        }
    }

    JsonElement? RefusalBeforeCalls(ServiceSubscription subscription)
    {
        if (subscription.Service.RequireAuthentication && _auth == null)
            return ErrorText.AuthenticationRequired;
        if (!MayDo("subscribe", subscription))
            return ErrorText.Unauthorized;
        lock (Gate)
        {
            if (_subscriptions.ContainsKey(subscription.Name.Name))
                return ErrorText.AlreadySubscribed;
            int limit = context.Options.MaxSubscriptions;
            return limit != 0 && _subscriptions.Count >= limit ? ErrorText.TooManySubscriptions : null;
        }
    }

    // A token that grants nothing at all leaves it to the service; one with grants needs the one in question.
    bool MayDo(string action, ServiceSubscription subscription) =>
        _auth == null || client.Identity.Grants.Fault?.Code == AuthFault.GrantMissing.Code || client.Allows(action, $"/{subscription.Name.Name}");

    // From the subscription at Redis to the reply. False, and nothing is left of it, where the service refused.
    async Task<bool> JoinAsync(ServiceSubscription subscription, ClientEvent request)
    {
        bool confirmed = false;
        try
        {
            if (!await context.Topics.JoinAsync(subscription.Name.Name, subscription).ConfigureAwait(false))
            {
                Refuse("subscribe", request, ErrorText.TooManySubscriptions);
                return false;
            }
            var answer = await CallAsync(subscription, Callback.BeforeSubscribe, subscription.Service.BeforeSubscribe).ConfigureAwait(false);
            if (answer.IsOk)
                Confirm(subscription, request, answer);
            else
                Refuse("subscribe", request, answer.ErrorOr(ErrorText.UnhandledException), answer.DataOfRefusal);
            return confirmed = answer.IsOk;
        }
        catch (RedisUnavailableException)
        {
            Refuse("subscribe", request, ErrorText.ServiceUnavailable);
            return false;
        }
        finally
        {
            if (!confirmed)
                await DiscardAsync(subscription).ConfigureAwait(false);
        }
    }

    void Confirm(ServiceSubscription subscription, ClientEvent request, CallbackAnswer answer)
    {
        lock (Gate)
        {
            subscription.Seed(PushOptions.Read(answer.Body) ?? PushOptions.None);
            _subscriptions.Add(subscription.Name.Name, subscription);
            Answer("subscribe", true, Reply.To(request, subscription.Name.Json, subscription.Extra, null, answer.DataOfSuccess));
            subscription.Confirm();
        }
    }

    async Task DiscardAsync(ServiceSubscription subscription)
    {
        lock (Gate)
            subscription.Dispose();
        await context.Topics.LeaveAsync(subscription.Name.Name, subscription).ConfigureAwait(false);
    }

    async Task PassOnAsync(ClientEvent request)
    {
        if (Find(request, "message") is not { } subscription)
            return;
        if (!MayDo("publish", subscription))
        {
            Refuse("message", request, ErrorText.Unauthorized);
            return;
        }
        if (subscription.Service.OnMessage == null)
        {
            context.Metrics.CountEvent("message", true);
            return;
        }
        var answer = await CallAsync(
            subscription, Callback.OnMessage, subscription.Service.OnMessage, request["data"] ?? JsonValue.Null).ConfigureAwait(false);
        if (!answer.IsOk)
            Answer("message", false, Reply.To(request, subscription.Name.Json, subscription.Extra, answer.ErrorOr(ErrorText.UnhandledException), answer.DataOfRefusal));
        else if (answer.Data != null)
            Answer("message", true, Reply.To(request, subscription.Name.Json, subscription.Extra, null, answer.DataOfSuccess));
        else
            context.Metrics.CountEvent("message", true);
    }

    async Task UnsubscribeAsync(ClientEvent request)
    {
        if (Find(request, "unsubscribe") is not { } subscription)
            return;
        var answer = await CallAsync(subscription, Callback.BeforeUnsubscribe, subscription.Service.BeforeUnsubscribe).ConfigureAwait(false);
        if (!answer.IsOk)
            Answer("unsubscribe", false, Reply.To(request, subscription.Name.Json, subscription.Extra, answer.ErrorOr(ErrorText.UnhandledException), answer.DataOfRefusal));
        else if (!await RemoveAsync(subscription).ConfigureAwait(false))
            Refuse("unsubscribe", request, ErrorText.NotSubscribed);
        else
        {
            Answer("unsubscribe", true, Reply.To(request, subscription.Name.Json, subscription.Extra, null, answer.DataOfSuccess));
            await CallAsync(subscription, Callback.OnUnsubscribe, subscription.Service.OnUnsubscribe).ConfigureAwait(false);
        }
    }

    // Out of the session, and off the topic. False where somebody else was first.
    async Task<bool> RemoveAsync(ServiceSubscription subscription)
    {
        lock (Gate)
        {
            if (!subscription.TryEnd())
                return false;
            _subscriptions.Remove(subscription.Name.Name);
            subscription.Dispose();
        }
        await context.Topics.LeaveAsync(subscription.Name.Name, subscription).ConfigureAwait(false);
        return true;
    }

    TimeSpan EndingLimit => context.Options.Callbacks.EndingLimit is { Ticks: > 0 } limit ? limit : Timeout.InfiniteTimeSpan;

    async Task EndAsync()
    {
        List<ServiceSubscription> open;
        lock (Gate)
            open = [.. _subscriptions.Values.Reverse()];
        // Off the topics first, all of them: whatever becomes of the calls, nothing is left there.
        bool[] removed = await Task.WhenAll(open.Select(RemoveAsync)).ConfigureAwait(false);
        using var overdue = new CancellationTokenSource(EndingLimit);
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = overdue.Token };
            await Parallel.ForEachAsync(open.Where((_, i) => removed[i]), parallel, EndAsync).ConfigureAwait(false);
            await _timers.CompletedAsync(overdue.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            RouterLog.EndingOverdue(context.Log, client.Id, EndingLimit);
        }
    }

    // What the service says no longer matters.
    async ValueTask EndAsync(ServiceSubscription subscription, CancellationToken overdue)
    {
        await CallAsync(subscription, Callback.BeforeUnsubscribe, subscription.Service.BeforeUnsubscribe, cancellation: overdue).ConfigureAwait(false);
        await CallAsync(subscription, Callback.OnUnsubscribe, subscription.Service.OnUnsubscribe, cancellation: overdue).ConfigureAwait(false);
    }

    // Null, and the client is told, where the event names no subscription that there is.
    ServiceSubscription? Find(ClientEvent request, string kind)
    {
        if (!TryReadName(request, kind, out var name))
            return null;
        lock (Gate)
        {
            if (_subscriptions.TryGetValue(name.Name, out var subscription))
                return subscription;
        }
        Refuse(kind, request, context.Services.ContainsKey(name.Service) ? ErrorText.NotSubscribed : ErrorText.InvalidService);
        return null;
    }

    bool TryReadName(ClientEvent request, string kind, out SubscriptionName name)
    {
        var given = request["subscription"];
        var read = given is { } value ? SubscriptionName.Read(value) : null;
        name = read ?? default;
        if (read == null)
            Refuse(kind, request, ErrorText.InvalidSubscription);
        return read != null;
    }

    // An event that concerns a subscription is answered with that, and with the extra fields: those stored, or its own.
    void Refuse(string kind, ClientEvent request, JsonElement error, JsonElement? data = null)
    {
        if (kind is not ("subscribe" or "message" or "unsubscribe") || request["subscription"] is not { } given || !JsonValue.IsTruthy(given))
            Answer(kind, false, Reply.To(request, error));
        else
            Answer(kind, false, Reply.To(request, given, ExtraOf(request, given), error, data));
    }

    JsonMembers ExtraOf(ClientEvent request, JsonElement given)
    {
        if (SubscriptionName.Read(given) is not { } name)
            return JsonMembers.Empty;
        lock (Gate)
        {
            if (_subscriptions.TryGetValue(name.Name, out var subscription))
                return subscription.Extra;
        }
        return context.Services.TryGetValue(name.Service, out var service) ? JsonMembers.Pick(request.Body, service.ExtraFields) : JsonMembers.Empty;
    }

    Task AnswerAsync(string kind, bool succeeded, Frame reply)
    {
        Answer(kind, succeeded, reply);
        return Task.CompletedTask;
    }

    void Answer(string kind, bool succeeded, Frame reply)
    {
        context.Metrics.CountEvent(kind, succeeded);
        client.Send(reply);
    }
}
