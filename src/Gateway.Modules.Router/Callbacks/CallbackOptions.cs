using Gateway.Core.Configuration;

namespace Gateway.Modules.Router.Callbacks;

/// <summary><c>Modules:Router:Callbacks</c>: how the services' URLs are called.</summary>
public sealed class CallbackOptions : IValidatedOptions
{
    /// <summary>How long one try may take, its answer's body included; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a call is tried in all.</summary>
    [AllowedRange(1, 100)]
    public int Tries { get; set; } = 3;

    /// <summary>The time between two tries, where an answer 429 says nothing else.</summary>
    [AllowedDuration(Min = "00:00:00.001")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many calls of one address go on at once; further ones wait, within their <see cref="Timeout"/>; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int MaxConcurrent { get; set; } = 1024;

    /// <summary>Headers that every call carries.</summary>
    [Secret]
    public Dictionary<string, string> Headers { get; set; } = [];

    /// <summary>The headers in which an answer 429 says, in seconds, when to come again; the first that is present counts.</summary>
    public IReadOnlyList<string> RateLimitResetHeaders { get; set; } = ["X-Rate-Limit-Reset"];

    /// <summary>The key of the header <c>Gateway-Signature</c>; none = calls are not signed.</summary>
    [Secret]
    public string? SigningSecret { get; set; }

    /// <summary>How long the calls at the end of a client's subscriptions may take in all; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever")]
    public TimeSpan EndingLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        foreach (var (name, value) in Headers)
        {
            if (!RequestHeaders.IsValid(name, value))
                yield return new($"{nameof(Headers)}:{name}", "is no header that can be set (not shown)", "a header's name, and its value in one line of ASCII");
        }
        if (SigningSecret == "")
            yield return new(nameof(SigningSecret), "empty", "a secret, or no such key");
    }
}
