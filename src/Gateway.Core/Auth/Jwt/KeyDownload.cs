using System.Text;
using Gateway.Core.Diagnostics;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Gateway.Core.Auth.Jwt;

/// <summary>Fetches keys over HTTP: a document of limited size, from nowhere but the address that is asked.</summary>
sealed class KeyDownload : IDisposable
{
    const int MaxBytes = 1 << 20;
    const string Discovery = "/.well-known/openid-configuration";

    readonly Uri? _keys;
    readonly Uri? _discovery;
    readonly IReadOnlyCollection<string> _algorithms;
    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = GatewayTraces.Propagator,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        MaxResponseContentBufferSize = MaxBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    KeyDownload(Uri? keys, Uri? discovery, IReadOnlyCollection<string> algorithms) =>
        (_keys, _discovery, _algorithms) = (keys, discovery, algorithms);

    /// <summary>From the address of a key set.</summary>
    public static KeyDownload FromKeySet(string url, IReadOnlyCollection<string> algorithms) => new(new(url), null, algorithms);

    /// <summary>From the key set that an OpenID provider names.</summary>
    public static KeyDownload FromAuthority(string url, IReadOnlyCollection<string> algorithms) =>
        new(null, new(url.TrimEnd('/') + Discovery), algorithms);

    /// <summary>Where it begins.</summary>
    public Uri Address => _discovery ?? _keys!;

    /// <summary>Fetches the keys.</summary>
    /// <returns>The keys, and a text that differs where they do.</returns>
    /// <exception cref="HttpRequestException">No answer, or one that is too large, a redirection or an error.</exception>
    /// <exception cref="FormatException">The answer is not what it should be.</exception>
    public async Task<(JwtKeySet Keys, string Text)> FetchAsync(CancellationToken cancellation)
    {
        var (address, issuer) = _keys != null ? (_keys, null) : await DiscoverAsync(cancellation).ConfigureAwait(false);
        string text = await GetAsync(address, cancellation).ConfigureAwait(false);
        return (new(JwkSet.Read(text, _algorithms), issuer), $"{issuer}\n{text}");
    }

    public void Dispose() => _http.Dispose();

    async Task<(Uri Keys, string? Issuer)> DiscoverAsync(CancellationToken cancellation)
    {
        string text = await GetAsync(_discovery!, cancellation).ConfigureAwait(false);
        OpenIdConnectConfiguration document;
        try
        {
            document = OpenIdConnectConfiguration.Create(text);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new FormatException("no discovery document", e);
        }
        if (string.IsNullOrEmpty(document.Issuer))
            throw new FormatException("a discovery document without an issuer");
        return KeyAddress.TryParse(document.JwksUri ?? "", out var keys)
            ? (keys, document.Issuer)
            : throw new FormatException($"a discovery document whose jwks_uri is not {KeyAddress.Allowed}");
    }

    async Task<string> GetAsync(Uri address, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(address, cancellation).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        return Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
    }
}
