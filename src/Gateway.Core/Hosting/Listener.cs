using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Hosting;

/// <summary>One address that the gateway listens on, and what it leads to.</summary>
/// <param name="Key">The configuration key that names it.</param>
/// <param name="Address">The address.</param>
/// <param name="Prefix">What it puts before every path: empty for a shared address, see <see cref="Door.OwnPrefix"/>.</param>
sealed record Listener(string Key, ListenAddress Address, string Prefix)
{
    ListenOptions? _bound;

    /// <summary>Its URL, with the port that it got, once the server has started.</summary>
    public string Url => Address.Url(Port);

    /// <summary>The URL of a path on it.</summary>
    public string UrlOf(string path) => Address.Url(Port, path);

    int Port => _bound?.IPEndPoint?.Port ?? Address.Port;

    public void Bind(KestrelServerOptions server, HttpsConnectionAdapterOptions? tls) => Address.Bind(server, listen =>
    {
        _bound = listen;
        listen.Use(server.ApplicationServices.GetRequiredService<WebConnections>().Track);
        if (Prefix.Length > 0)
            listen.Use(RawPath.Prefixed(Prefix));
        if (Address.IsHttps)
            listen.UseHttps(tls!);
        else
            ServePlain(listen);
    });

    static void ServePlain(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(SocketOutput.Use);
    }
}
