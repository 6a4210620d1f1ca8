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

    readonly string[] _arguments;
    Process? _process;

    RedisServer(int port, params string[] arguments) => (Port, _arguments) = (port, arguments);

    public int Port { get; }

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>Starts one; skips the test where none is installed.</summary>
    /// <param name="settings">Further arguments.</param>
    public static Task<RedisServer> StartAsync(params string[] settings) =>
        StartAsync(new RedisServer(FreePort.Find(), ["--save", "", "--appendonly", "no", .. settings]));

    /// <summary>Starts a sentinel that looks after a server by the name <c>books</c>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="folder">Where its settings are kept.</param>
    public static Task<RedisServer> StartSentinelAsync(RedisServer server, TemporaryFolder folder) =>
        StartAsync(new RedisServer(FreePort.Find(), folder.Write("sentinel.conf", $"sentinel monitor books 127.0.0.1 {server.Port} 1\n"), "--sentinel"));

    static async Task<RedisServer> StartAsync(RedisServer server)
    {
        Skip.IfNot(IsInstalled, "redis-server is not installed");
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo("redis-server",
            [.. _arguments, "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--logfile", "/dev/null"])
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
