using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Gateway.Core.Redis;

/// <summary>
/// Puts a <see cref="MessageStream"/> between Redis and the client library, which hands messages on by a queue for each
/// name, and so without their order across names. What the library would encrypt is encrypted here, below it.
/// </summary>
sealed class MessageTunnel : Tunnel
{
    readonly ConfigurationOptions _settings;
    readonly RedisSubscribers _subscribers;
    readonly Tunnel? _inner;
    readonly bool _isEncrypted;

    MessageTunnel(ConfigurationOptions settings, RedisSubscribers subscribers) =>
        (_settings, _subscribers, _inner, _isEncrypted) = (settings, subscribers, settings.Tunnel, settings.Ssl);

    /// <summary>Has the connections of these settings led through here.</summary>
    public static void Insert(ConfigurationOptions settings, RedisSubscribers subscribers)
    {
        // Which port is the default depends on encryption.
        if (settings.Ssl && settings.ServiceName == null)
            settings.SetDefaultPorts();
        settings.Tunnel = new MessageTunnel(settings, subscribers);
        settings.Ssl = false;
    }

    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        _inner?.GetSocketConnectEndpointAsync(endpoint, cancellationToken) ?? base.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

    public override ValueTask BeforeSocketConnectAsync(EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
        _inner?.BeforeSocketConnectAsync(endPoint, connectionType, socket, cancellationToken) ?? default;

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        if (_inner != null)
            stream = await _inner.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken).ConfigureAwait(false);
        stream ??= new NetworkStream(socket ?? throw new IOException("There is no socket to Redis."));
        if (_isEncrypted)
            stream = await EncryptAsync(stream, endpoint, cancellationToken).ConfigureAwait(false);
        return new MessageStream(stream, _subscribers, connectionType == ConnectionType.Subscription);
    }

    async Task<Stream> EncryptAsync(Stream stream, EndPoint endpoint, CancellationToken cancellation)
    {
        var encrypted = new SslStream(stream);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = _settings.SslHost ?? HostOf(endpoint),
                CertificateRevocationCheckMode = _settings.CheckCertificateRevocation
                    ? System.Security.Cryptography.X509Certificates.X509RevocationMode.Online
                    : System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
            };
            if (_settings.SslProtocols is { } protocols)
                options.EnabledSslProtocols = protocols;
            await encrypted.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    static string HostOf(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint address => address.Address.ToString(),
        _ => "",
    };
}
