using Gateway.Core.Configuration;

namespace Gateway.Core.Hosting;

/// <summary><c>Admin</c>: where operators look.</summary>
public sealed class AdminOptions : IValidatedOptions
{
    /// <summary>Addresses for /metrics and /health, which are then no longer on the shared ones; empty = on the shared ones.</summary>
    public IReadOnlyList<string> Listen { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate() =>
        Listen.Where(url => !ListenAddress.TryParse(url, out _))
            .Select(url => new OptionFault(nameof(Listen), $"\"{url}\" is no address to listen on", ListenAddress.Allowed));
}
