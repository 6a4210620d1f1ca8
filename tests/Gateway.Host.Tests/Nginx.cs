using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>An nginx of its own with one of the examples of <c>deploy/nginx</c>, on a free port, before gateways that run.</summary>
sealed class Nginx : IAsyncDisposable
{
    static readonly string[] Programs = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];

    readonly TemporaryFolder _folder = new();
    readonly Process _process;

    Nginx(string program, string example, IReadOnlyDictionary<string, string> replaced, int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        string server = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx", example)).Replace("listen 80;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal);
        foreach (var (from, to) in replaced)
        {
            Assert.Contains(from, server, StringComparison.Ordinal);
            server = server.Replace(from, to, StringComparison.Ordinal);
        }
        _folder.Write("server.conf", server);
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
              include {{_folder.Path}}/server.conf;
            }
            """);
        _process = Process.Start(new ProcessStartInfo(program, ["-p", _folder.Path, "-c", file, "-e", Path.Combine(_folder.Path, "error.log")]))!;
    }

    public Uri Address { get; }

    /// <summary>Starts it; the test is skipped where it is not installed.</summary>
    public static async Task<Nginx> StartAsync(string example, IReadOnlyDictionary<string, string> replaced)
    {
        string? program = Programs.FirstOrDefault(File.Exists);
        Skip.If(program == null, "nginx is not installed");
        var nginx = new Nginx(program!, example, replaced, FreePort());
        await Eventually.BecomesTrueAsync(nginx.AcceptsAsync, "nginx to accept connections");
        return nginx;
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

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
