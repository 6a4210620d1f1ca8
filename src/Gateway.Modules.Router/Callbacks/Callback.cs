namespace Gateway.Modules.Router.Callbacks;

/// <summary>The occasions on which a service is called.</summary>
enum Callback
{
    Authorizer,
    OnAuthorizationChange,
    BeforeSubscribe,
    OnSubscribe,
    OnMessage,
    BeforeUnsubscribe,
    OnUnsubscribe,
    OnHeartbeat,
}
