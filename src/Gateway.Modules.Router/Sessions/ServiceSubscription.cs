using Gateway.Core.Connections;
using Gateway.Modules.Router.Protocol;
using Gateway.Modules.Router.Topics;

namespace Gateway.Modules.Router.Sessions;

/// <summary>
/// A session's subscription: what it keeps of its subscribe event and its authorizer, and what has become of the
/// messages before. Messages are held back until it is confirmed (specification, sections 2.4 and 5). Its state is the
/// session's, and so is the lock.
/// </summary>
sealed class ServiceSubscription(Session session, SubscriptionName name, string serviceName, ServiceOptions service, JsonMembers extra)
    : ITopicSubscriber, IDisposable
{
    const int MaxHeld = 1000;

    readonly OrderFilter _order = new();
    readonly CancellationTokenSource _ended = new();
    Throttle? _throttle;
    Queue<TopicMessage>? _held = new();
    bool _hasGap;
    bool _isOver;
    int _ending;

    public SubscriptionName Name { get; } = name;

    public string ServiceName { get; } = serviceName;

    public ServiceOptions Service { get; } = service;

    /// <summary>The extra fields of the subscribe event.</summary>
    public JsonMembers Extra { get; } = extra;

    /// <summary>What the authorizer said.</summary>
    public JsonMembers AuthorizerData { get; set; } = JsonMembers.Empty;

    /// <summary>Cancelled when the subscription ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Begins to end it. True for the first who says so, who then does what there is to do.</summary>
    public bool TryEnd()
    {
        if (Interlocked.Exchange(ref _ending, 1) != 0)
            return false;
        _ended.Cancel();
        return true;
    }

    /// <summary>What a service is sent: the subscription, its extra fields, its authorizer's data and the client's own.</summary>
    public JsonMembers CallbackBody(JsonMembers? auth)
    {
        var body = new JsonMembers().Set("subscription", Name.Json).SetAll(Extra).SetAll(AuthorizerData);
        return auth == null ? body : body.SetAll(auth);
    }

    /// <summary>Takes the order and the throttle that the service's answer to the subscribe begins with. Under the lock.</summary>
    public void Seed(PushOptions options)
    {
        if (options.Order is { } order)
            _order.Accept(order, options.OrderKey);
        if (options.Throttle != null)
            Clocks().Start(options.ThrottleKey);
    }

    /// <summary>Confirms it: what was held back goes out, after the reply. Under the lock.</summary>
    public void Confirm()
    {
        var held = _held!;
        _held = null;
        while (held.TryDequeue(out var message))
            session.Route(this, message, isLive: false);
        if (_hasGap)
            SendGap();
    }

    /// <summary>Takes a message through the filters (section 5.4) and sends it. Under the lock.</summary>
    /// <param name="message">The message.</param>
    /// <param name="auth">What is known of the client; null = nothing.</param>
    /// <param name="isLive">Whether it comes straight from Redis.</param>
    public void Deliver(TopicMessage message, JsonMembers? auth, bool isLive)
    {
        var options = message.Options;
        if (!PassesFields(message, auth))
            session.Context.Metrics.CountFiltered();
        else if (options.Order is { } order && !_order.Accept(order, options.OrderKey))
            session.Context.Metrics.CountOutdated();
        else if (options.Throttle is { } throttle && !Clocks().Accept(message, throttle, options.ThrottleKey))
            session.Context.Metrics.CountThrottled();
        else
            Send(isLive ? message.LiveFrame(Name, Extra) : message.FlushedFrame(Name, Extra));
    }

    void ITopicSubscriber.OnMessage(TopicMessage message)
    {
        lock (session.Gate)
        {
            if (_held != null)
                Hold(message);
            else if (!_isOver)
                session.Route(this, message, isLive: true);
        }
    }

    void ITopicSubscriber.OnGap()
    {
        lock (session.Gate)
        {
            _hasGap = true;
            if (_held == null && !_isOver)
                SendGap();
        }
    }

    /// <summary>Nothing more is sent, though its topic may still give it messages. Under the lock.</summary>
    public void Dispose()
    {
        _throttle?.Dispose();
        (_held, _isOver) = (null, true);
    }

    void Hold(TopicMessage message)
    {
        if (_held!.Count == MaxHeld)
        {
            _held.Dequeue();
            _hasGap = true;
            session.Context.Metrics.CountOverflowed(1);
        }
        _held.Enqueue(message);
    }

    void SendGap()
    {
        _hasGap = false;
        if (session.Context.Options.NotifyGaps)
            session.Client.Send(Reply.Gap(Name));
    }

    // A field that the client's side lacks counts as null: so a message can be meant for those who are not authenticated.
    bool PassesFields(TopicMessage message, JsonMembers? auth)
    {
        foreach (string field in Service.FilterFields)
        {
            if (message.Filter(field) is not { } wanted)
                continue;
            var own = Service.ExtraFields.Contains(field) ? Extra.Find(field) : auth?.Find(field);
            if (!JsonValue.AreEqual(wanted, own ?? JsonValue.Null))
                return false;
        }
        return true;
    }

    Throttle Clocks() => _throttle ??= new Throttle(session.Gate, message => Send(message.DelayedFrame(Name, Extra)), TimeProvider.System);

    void Send(Frame frame)
    {
        if (session.Client.Send(frame))
            session.Context.Metrics.CountPushed();
    }
}
