using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;

namespace Gateway.Core.Modules;

/// <summary>The keys that every module's section takes. A module with keys of its own derives from this.</summary>
public class ModuleOptions : IValidatedOptions
{
    /// <summary>What <see cref="Auth"/> says for a module that is meant to be open.</summary>
    public const string OpenToAll = "none";

    /// <summary>The keys of this class that may change while a module runs.</summary>
    public static readonly IReadOnlyCollection<string> Reloadable =
        [nameof(Path), nameof(Auth), nameof(AllowedOrigins), nameof(QueueBytes), nameof(SlowConsumer)];

    /// <summary>Whether the module runs; a section that is present is enabled unless this says false.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The module's path on the shared addresses; by default its name in lower case.</summary>
    public string? Path { get; set; }

    /// <summary>Addresses of the module's own, where it sits at the root; served besides its path.</summary>
    public IReadOnlyList<string> Listen { get; set; } = [];

    /// <summary>
    /// The schemes that let clients in, by name, tried in this order; none = open to all, which an address that others
    /// than this machine can reach must confirm with <c>none</c>.
    /// </summary>
    public IReadOnlyList<string> Auth { get; set; } = [];

    /// <summary>
    /// The web pages that may use the module, as <c>scheme://host[:port]</c>; empty = those of the same origin only;
    /// <c>*</c> = all.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>The cap of a connection's outbound queue in bytes; 0 = no limit.</summary>
    [AllowedRange(0, long.MaxValue, Description = "no limit")]
    public long QueueBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>What happens to a connection at that cap.</summary>
    public SlowConsumerPolicy SlowConsumer { get; set; } = SlowConsumerPolicy.Disconnect;

    /// <summary>The policies that the module supports; a module that loses its meaning with one of them says so.</summary>
    protected virtual IReadOnlyList<SlowConsumerPolicy> SupportedPolicies => Enum.GetValues<SlowConsumerPolicy>();

    /// <inheritdoc/>
    public virtual IEnumerable<OptionFault> Validate()
    {
        if (Path is { } path && !DoorPath.IsValid(path))
            yield return new(nameof(Path), $"\"{path}\" is no path", DoorPath.Allowed);
        foreach (string url in Listen.Where(url => !ListenAddress.TryParse(url, out _)))
            yield return new(nameof(Listen), $"\"{url}\" is no address to listen on", ListenAddress.Allowed);
        if (Auth.Count > 1 && Auth.Contains(OpenToAll, StringComparer.OrdinalIgnoreCase))
            yield return new(nameof(Auth), $"{OpenToAll} beside schemes", $"names of schemes, or {OpenToAll} alone");
        foreach (string origin in AllowedOrigins.Where(origin => !OriginPolicy.IsValid(origin)))
            yield return new(nameof(AllowedOrigins), $"\"{origin}\" is no origin", "scheme://host[:port], or * for all");
        if (!SupportedPolicies.Contains(SlowConsumer))
            yield return new(nameof(SlowConsumer), $"{SlowConsumer} is not supported by this module", string.Join(", ", SupportedPolicies));
    }
}
