using System.Diagnostics.CodeAnalysis;
using Gateway.Core.Configuration;

namespace Gateway.Core.Diagnostics;

/// <summary><c>Traces</c>: spans of what the gateway does, for a collector of OpenTelemetry. Off without an <see cref="Endpoint"/>.</summary>
public sealed class TracesOptions : IValidatedOptions
{
    const string SignalPath = "/v1/traces";

    /// <summary>The address of a receiver of OTLP; with <c>HttpProtobuf</c> and no path, <c>/v1/traces</c> there. None = no traces.</summary>
    public string? Endpoint { get; set; }

    /// <summary>How it is spoken to.</summary>
    public TracesProtocol Protocol { get; set; } = TracesProtocol.HttpProtobuf;

    /// <summary>The share of publishes and callbacks that is traced.</summary>
    [AllowedRange(0.0, 1.0)]
    public double SampleRatio { get; set; } = 1;

    /// <summary>Headers that the receiver asks for, such as <c>Authorization</c>.</summary>
    [Secret]
    public Dictionary<string, string> Headers { get; set; } = [];

    /// <summary>Where spans go; null = nowhere.</summary>
    internal Uri? Address => TryParse(Endpoint, out var address) ? address : null;

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Endpoint != null && !TryParse(Endpoint, out _))
            yield return new(nameof(Endpoint), $"\"{Shown(Endpoint)}\" is no address of a receiver", "an absolute http or https URL without user, or no such key");
        foreach (var (name, value) in Headers)
        {
            if (!RequestHeaders.IsValid(name, value))
                yield return new($"{nameof(Headers)}:{name}", "is no header that can be set (not shown)", "a header's name, and its value in one line of ASCII");
        }
    }

    bool TryParse(string? text, [NotNullWhen(true)] out Uri? address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            return false;
        if (Protocol == TracesProtocol.HttpProtobuf && address.AbsolutePath == "/")
            address = new UriBuilder(address) { Path = SignalPath }.Uri;
        return true;
    }

    // A password that was put into it is not repeated.
    static string Shown(string endpoint) => endpoint.Contains('@') ? "…" + endpoint[endpoint.LastIndexOf('@')..] : endpoint;
}
