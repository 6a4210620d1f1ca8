using Gateway.Modules.Router.Callbacks;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Sessions;

/// <summary>What goes on while subscriptions last: the renewal of their authorisation (specification, section 4.6) and their heartbeats.</summary>
sealed class SessionTimers
{
    readonly Lock _gate = new();
    List<Task>? _running;

    /// <summary>Starts what a subscription's service asks for.</summary>
    public void Start(Session session, ServiceSubscription subscription)
    {
        var service = subscription.Service;
        if (service.Authorizer != null && service.AuthorizationRenewalPeriod > TimeSpan.Zero)
            Add(RunAsync(session, () => RenewAsync(session, subscription)));
        if (service.OnHeartbeat != null && service.HeartbeatPeriod > TimeSpan.Zero)
            Add(RunAsync(session, () => BeatAsync(session, subscription)));
    }

    /// <summary>Completes when nothing goes on any more; the subscriptions must have ended.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task CompletedAsync(CancellationToken cancellation)
    {
        lock (_gate)
            return _running == null ? Task.CompletedTask : Task.WhenAll(_running).WaitAsync(cancellation);
    }

    void Add(Task task)
    {
        lock (_gate)
        {
            _running ??= [];
            _running.RemoveAll(known => known.IsCompleted);
            _running.Add(task);
        }
    }

    static async Task RunAsync(Session session, Func<Task> loop)
    {
        try
        {
            await loop().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The subscription has ended.
        }
        catch (Exception e)
        {
            RouterLog.SubscriptionTaskFailed(session.Context.Log, e, session.Client.Id);
        }
    }

    // An answer that is no answer is a failed try: whatever the authorizer does, a subscription ends that it does not confirm.
    static async Task RenewAsync(Session session, ServiceSubscription subscription)
    {
        var service = subscription.Service;
        while (true)
        {
            var early = service.AuthorizationRenewalJitter * Random.Shared.NextDouble();
            await Task.Delay(service.AuthorizationRenewalPeriod - early, subscription.Ended).ConfigureAwait(false);
            var answer = await session.CallAsync(
                subscription, Callback.Authorizer, service.Authorizer, retryMalformed: true, cancellation: subscription.Ended).ConfigureAwait(false);
            if (!answer.IsOk)
            {
                await session.ForceUnsubscribeAsync(subscription, answer.ErrorOr(ErrorText.Unauthorized)).ConfigureAwait(false);
                return;
            }
            var data = JsonMembers.Pick(answer.Body, service.AuthorizerFields);
            if (data.EqualTo(subscription.AuthorizerData))
                continue;
            subscription.AuthorizerData = data;
            answer = await session.CallAsync(
                subscription, Callback.OnAuthorizationChange, service.OnAuthorizationChange, cancellation: subscription.Ended).ConfigureAwait(false);
            if (!answer.IsOk)
            {
                await session.ForceUnsubscribeAsync(subscription, answer.ErrorOr(ErrorText.UnhandledException)).ConfigureAwait(false);
                return;
            }
        }
    }

    static async Task BeatAsync(Session session, ServiceSubscription subscription)
    {
        var service = subscription.Service;
        await Task.Delay(service.HeartbeatPeriod * Random.Shared.NextDouble(), subscription.Ended).ConfigureAwait(false);
        while (true)
        {
            await session.CallAsync(subscription, Callback.OnHeartbeat, service.OnHeartbeat, cancellation: subscription.Ended).ConfigureAwait(false);
            await Task.Delay(service.HeartbeatPeriod, subscription.Ended).ConfigureAwait(false);
        }
    }
}
