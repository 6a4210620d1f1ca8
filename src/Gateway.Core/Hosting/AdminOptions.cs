using Gateway.Core.Configuration;

namespace Gateway.Core.Hosting;

/// <summary><c>Admin</c>: where operators look, and who they are.</summary>
public sealed class AdminOptions : IValidatedOptions
{
    /// <summary>Addresses for /metrics, /health and /admin, which are then no longer on the shared ones; empty = on the shared ones.</summary>
    public IReadOnlyList<string> Listen { get; set; } = [];

    /// <summary>What operators present, as <c>Authorization: Bearer</c>; without it only this machine is let in.</summary>
    [Secret]
    public string? Token { get; set; }

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Token is { Length: 0 })
            yield return new(nameof(Token), "empty", "a long random text, or no key at all");
        foreach (string url in Listen.Where(url => !ListenAddress.TryParse(url, out _)))
            yield return new(nameof(Listen), $"\"{url}\" is no address to listen on", ListenAddress.Allowed);
    }
}
