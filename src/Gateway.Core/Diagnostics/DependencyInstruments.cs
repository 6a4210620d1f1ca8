using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Hosting;
using Gateway.Core.Redis;

namespace Gateway.Core.Diagnostics;

/// <summary>What the gateway needs and does not have in its hands: Redis, the disk, a certificate. Only what is in use is shown.</summary>
static class DependencyInstruments
{
    public static void AddTo(Meter meter, RedisLink? redis, X509Certificate2? certificate, DataDirectory data)
    {
        if (redis != null)
            meter.CreateObservableGauge("gateway.redis.connected", () => redis.IsConnected ? 1 : 0, description: "Whether Redis answers.");
        if (certificate != null)
        {
            double expiry = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()).ToUnixTimeSeconds();
            meter.CreateObservableGauge("gateway.tls.certificate.expiry", () => expiry, "s", "When the certificate expires, in seconds since 1970.");
        }
        meter.CreateObservableGauge("gateway.disk.free", () => FreeBytes(data.Path), "By", "Bytes that are free where the data lies.");
    }

    // The folder exists only once somebody has asked for a folder in it.
    static long FreeBytes(string path)
    {
        string? existing = path;
        while (existing != null && !Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing);
        return new DriveInfo(existing ?? Path.GetPathRoot(path)!).AvailableFreeSpace;
    }
}
