using Gateway.Core.Configuration;

namespace Gateway.Core.Auth.Tickets;

/// <summary>The keys of a scheme of the type <c>Ticket</c>.</summary>
public sealed class TicketOptions : IValidatedOptions
{
    /// <summary><c>Ticket</c>.</summary>
    public string Type { get; set; } = TicketSchemeType.Name;

    /// <summary>Where tickets are sent; credentials in it are sent as Basic authentication.</summary>
    [Secret]
    public string Url { get; set; } = "";

    /// <summary>Which members of the answer become claims; an answer without one of them is none.</summary>
    public IReadOnlyList<string> Fields { get; set; } = [];

    /// <summary>The headers in which an answer 429 says, in seconds, when to come again; the first that is present counts.</summary>
    public IReadOnlyList<string> RateLimitResetHeaders { get; set; } = ["X-Rate-Limit-Reset"];

    /// <summary>How long an answer may take.</summary>
    [AllowedDuration(Zero = false)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The key of the header <c>Gateway-Signature</c>, by which the application knows the gateway; none = requests are not signed.</summary>
    [Secret]
    public string? SigningSecret { get; set; }

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            yield return new(nameof(Url), Url.Length == 0 ? "is missing" : "is no such URL", "an absolute http or https URL");
        if (Fields.Distinct(StringComparer.Ordinal).Count() != Fields.Count)
            yield return new(nameof(Fields), "a field is named twice", "each field once");
        if (SigningSecret == "")
            yield return new(nameof(SigningSecret), "empty", "a secret, or no such key");
    }
}
