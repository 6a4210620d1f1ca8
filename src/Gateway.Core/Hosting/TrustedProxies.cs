using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Gateway.Core.Hosting;

/// <summary>Takes the client's address, scheme and host from forwarded headers, but only from proxies that the configuration names.</summary>
static class TrustedProxies
{
    public const string Allowed = "IP addresses or networks, such as 10.0.0.7 or 10.0.0.0/8";

    public static bool IsValid(string entry) => Parse(entry) != null;

    public static void Use(WebApplication app, IReadOnlyList<string> proxies)
    {
        if (proxies.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (string entry in proxies)
            options.KnownIPNetworks.Add(Parse(entry)!.Value);
        app.UseForwardedHeaders(options);
    }

    static IPNetwork? Parse(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
            return network;
        return IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
