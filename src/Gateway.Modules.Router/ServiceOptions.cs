using Gateway.Core.Configuration;

namespace Gateway.Modules.Router;

/// <summary>
/// <c>Modules:Router:Services:{name}</c>: what a service wants of its subscriptions. Each URL is called by POST with a JSON
/// object; one that is not set counts as if it had answered that all is well.
/// </summary>
public sealed class ServiceOptions : IValidatedOptions
{
    /// <summary>Whether a client must have authenticated before it subscribes.</summary>
    public bool RequireAuthentication { get; set; } = true;

    /// <summary>Decides whether a client may subscribe, and at each renewal whether it still may.</summary>
    [Secret]
    public string? Authorizer { get; set; }

    /// <summary>The members of the authorizer's answer that are kept and sent with all later calls.</summary>
    public IReadOnlyList<string> AuthorizerFields { get; set; } = [];

    /// <summary>How often the authorizer is asked again; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan AuthorizationRenewalPeriod { get; set; }

    /// <summary>By how much at most, at random, a renewal comes earlier.</summary>
    [AllowedDuration(Min = "00:00:00.001")]
    public TimeSpan AuthorizationRenewalJitter { get; set; }

    /// <summary>Called when a renewal has changed the kept members.</summary>
    [Secret]
    public string? OnAuthorizationChange { get; set; }

    /// <summary>Called while messages are held back, before a subscription is confirmed; may refuse it.</summary>
    [Secret]
    public string? BeforeSubscribe { get; set; }

    /// <summary>Called after a subscription has been confirmed.</summary>
    [Secret]
    public string? OnSubscribe { get; set; }

    /// <summary>Gets what clients send.</summary>
    [Secret]
    public string? OnMessage { get; set; }

    /// <summary>Called before a subscription ends; may refuse that to a client that asks for it.</summary>
    [Secret]
    public string? BeforeUnsubscribe { get; set; }

    /// <summary>Called after a subscription has ended, for whatever reason.</summary>
    [Secret]
    public string? OnUnsubscribe { get; set; }

    /// <summary>Called again and again while a subscription lasts, if <see cref="HeartbeatPeriod"/> is set.</summary>
    [Secret]
    public string? OnHeartbeat { get; set; }

    /// <summary>The time from the end of one heartbeat to the next; 0 = none.</summary>
    [AllowedDuration(Description = "none")]
    public TimeSpan HeartbeatPeriod { get; set; }

    /// <summary>Members of a subscribe event that are kept, echoed and sent to every URL.</summary>
    public IReadOnlyList<string> ExtraFields { get; set; } = [];

    /// <summary>Members of a published message that must equal those of the client, or it does not get the message.</summary>
    public IReadOnlyList<string> FilterFields { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        var urls = new (string Key, string? Url)[]
        {
            (nameof(Authorizer), Authorizer), (nameof(OnAuthorizationChange), OnAuthorizationChange), (nameof(BeforeSubscribe), BeforeSubscribe),
            (nameof(OnSubscribe), OnSubscribe), (nameof(OnMessage), OnMessage), (nameof(BeforeUnsubscribe), BeforeUnsubscribe),
            (nameof(OnUnsubscribe), OnUnsubscribe), (nameof(OnHeartbeat), OnHeartbeat),
        };
        foreach (var (key, url) in urls)
        {
            if (url != null && !IsHttp(url))
                yield return new(key, "is no such URL (not shown)", "an absolute http or https URL");
        }
        if (AuthorizationRenewalJitter > AuthorizationRenewalPeriod)
            yield return new(nameof(AuthorizationRenewalJitter), "longer than AuthorizationRenewalPeriod", "at most AuthorizationRenewalPeriod");
    }

    static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is ("http" or "https");
}
