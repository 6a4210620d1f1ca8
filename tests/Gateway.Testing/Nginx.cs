using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>An nginx of the test's own on a free port, until it is disposed of.</summary>
public sealed class Nginx : IAsyncDisposable
{
    static readonly string[] Programs = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];

    readonly TemporaryFolder _folder = new();
    readonly Process _process;

    Nginx(string program, string servers, int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        _folder.Write("servers.conf", servers.Replace("listen 80;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal));
        string file = _folder.Write("nginx.conf", $$"""
            daemon off;
            master_process off;
            pid {{_folder.Path}}/nginx.pid;
            error_log {{_folder.Path}}/error.log;
            events { }
            http {
              access_log off;
              client_body_temp_path {{_folder.Path}}/body;
              proxy_temp_path {{_folder.Path}}/proxy;
              fastcgi_temp_path {{_folder.Path}}/fastcgi;
              uwsgi_temp_path {{_folder.Path}}/uwsgi;
              scgi_temp_path {{_folder.Path}}/scgi;
              include {{_folder.Path}}/servers.conf;
            }
            """);
        _process = Process.Start(new ProcessStartInfo(program, ["-p", _folder.Path, "-c", file, "-e", Path.Combine(_folder.Path, "error.log")]))!;
    }

    /// <summary>Where the program is; null where it is not installed.</summary>
    public static string? Program => Programs.FirstOrDefault(File.Exists);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it; returns when it accepts connections.</summary>
    /// <param name="servers">What its <c>http</c> block includes; <c>listen 80;</c> becomes the free port.</param>
    public static async Task<Nginx> StartAsync(string servers)
    {
        var nginx = new Nginx(Program ?? throw new InvalidOperationException("nginx is not installed."), servers, FreePort.Find());
        try
        {
            await Eventually.BecomesTrueAsync(nginx.AcceptsAsync, "nginx to accept connections");
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    async Task<bool> AcceptsAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"nginx ended: {File.ReadAllText(Path.Combine(_folder.Path, "error.log"))}");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
