using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>A redis-server of the test's own, which can be killed, paused and started again on its port.</summary>
sealed class RedisServer : IAsyncDisposable
{
    const int SigStop = 19;
    const int SigContinue = 18;

    readonly string[] _settings;
    Process? _process;

    RedisServer(int port, string[] settings) => (Port, _settings) = (port, settings);

    public int Port { get; }

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>Starts one; skips the test where none is installed.</summary>
    /// <param name="settings">Further arguments.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        Skip.IfNot(IsInstalled, "redis-server is not installed");
        var server = new RedisServer(FreePort.Find(), settings);
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo("redis-server",
            ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--logfile", "/dev/null", .. _settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await Eventually.BecomesTrueAsync(AnswersAsync, "redis-server to answer");
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Pause() => Assert.Equal(0, Kill(_process!.Id, SigStop));

    public void Resume() => Assert.Equal(0, Kill(_process!.Id, SigContinue));

    public async ValueTask DisposeAsync()
    {
        if (_process != null)
            await KillAsync();
    }

    async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            byte[] answer = new byte[7];
            await client.GetStream().ReadExactlyAsync(answer);
            return answer.AsSpan().SequenceEqual("+PONG\r\n"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Kill(int pid, int signal);
}
