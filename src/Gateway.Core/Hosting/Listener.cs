using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Hosting;

/// <summary>One address that the gateway listens on, and what it leads to.</summary>
/// <param name="Key">The configuration key that names it.</param>
/// <param name="Address">The address.</param>
/// <param name="Module">The module whose own address it is; null for others.</param>
/// <param name="Mark">A connection middleware that marks what comes in; null for shared addresses.</param>
sealed record Listener(string Key, ListenAddress Address, EnabledModule? Module, Func<ConnectionDelegate, ConnectionDelegate>? Mark)
{
    ListenOptions? _bound;

    /// <summary>Whether all modules are served here.</summary>
    public bool IsShared => Mark == null;

    /// <summary>Whether it is the operators'.</summary>
    public bool IsAdmin => Mark != null && Module == null;

    /// <summary>Its URL, with the port that it got, once the server has started.</summary>
    public string Url => Address.Url(Port);

    /// <summary>The URL of a path on it.</summary>
    public string UrlOf(string path) => Address.Url(Port, path);

    int Port => _bound?.IPEndPoint?.Port ?? Address.Port;

    public void Bind(KestrelServerOptions server, HttpsConnectionAdapterOptions? tls) => Address.Bind(server, listen =>
    {
        _bound = listen;
        listen.Use(server.ApplicationServices.GetRequiredService<WebConnections>().Track);
        if (Mark != null)
            listen.Use(Mark);
        if (Address.IsHttps)
            listen.UseHttps(tls!);
        else
            ServePlain(listen, server.ApplicationServices.GetService<ReactorListenerFactory>());
    });

    static void ServePlain(ListenOptions listen, ReactorListenerFactory? factory)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (factory != null && listen.IPEndPoint is { } address)
            factory.Claim(address);
        else
            listen.Use(SocketOutput.Use);
    }
}
