using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Hosting;

/// <summary>The top level of <c>gateway.json</c>.</summary>
public sealed class GatewayOptions : IValidatedOptions
{
    /// <summary>The shared addresses, on which every module is served at its path.</summary>
    public IReadOnlyList<string> Urls { get; set; } = ["http://127.0.0.1:8080"];

    /// <summary>The folder below which everything durable lives; relative to the configuration file.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>A section for each module; one that is absent is off.</summary>
    public Dictionary<string, IConfigurationSection> Modules { get; set; } = [];

    /// <summary>How many connections may be open.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>How the gateway takes its leave.</summary>
    public DrainOptions Drain { get; set; } = new();

    /// <summary>The certificate of <c>https://</c> addresses.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>Where operators look.</summary>
    public AdminOptions Admin { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Urls.Count == 0)
            yield return new(nameof(Urls), "no address to listen on", ListenAddress.Allowed);
        foreach (string url in Urls.Where(url => !ListenAddress.TryParse(url, out _)))
            yield return new(nameof(Urls), $"\"{url}\" is no address to listen on", ListenAddress.Allowed);
        if (DataDirectory.Length == 0)
            yield return new(nameof(DataDirectory), "empty", "the path of a folder");
    }
}
