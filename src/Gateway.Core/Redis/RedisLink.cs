using System.Net;
using Gateway.Core.Redis.Embedded;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Core.Redis;

/// <summary>
/// The process's one connection to Redis, shared by all tenants, and the embedded endpoint where there is one. A Redis
/// that is away, at the start or later, is waited for.
/// </summary>
sealed partial class RedisLink(RedisOptions options, ILoggerFactory logs) : IHostedService, IHealthCheck, IAsyncDisposable
{
    public const string HealthName = "redis";

    // Seconds: a connection on which nothing has come for a few of these is given up and opened anew.
    const int KeepAliveSeconds = 5;
    const int ConnectMilliseconds = 2000;

    // A server may hang while its connection stands: it is asked this often, has this long to answer, and may miss one.
    static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    readonly ILogger _log = logs.CreateLogger<RedisLink>();
    // Holds nothing that needs disposing, and the container disposes of this twice: as itself, and as what it hosts.
    readonly CancellationTokenSource _stopping = new();
    readonly Lock _gate = new();
    EmbeddedRedis? _embedded;
    Task<ConnectionMultiplexer>? _connection;
    Task _watching = Task.CompletedTask;
    bool _hangs;
    bool _lost;

    public event Action? Lost;

    public event Action? Restored;

    /// <summary>Who gets the messages that come.</summary>
    public RedisSubscribers Subscribers { get; } = new();

    /// <summary>Where the embedded endpoint listens; null without one.</summary>
    public IPEndPoint? EmbeddedAddress => _embedded?.Address;

    public bool IsConnected => _connection is { IsCompletedSuccessfully: true } && !Volatile.Read(ref _lost);

    /// <summary>Whether Redis does not answer though its connection stands.</summary>
    public bool Hangs => Volatile.Read(ref _hangs);

    public CancellationToken Stopping => _stopping.Token;

    /// <exception cref="IOException">The embedded endpoint's port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Mode == RedisMode.Embedded)
            _embedded = EmbeddedRedis.Start(options.EmbeddedPort, logs.CreateLogger<EmbeddedRedis>());
        _connection = ConnectAsync();
        _watching = WatchAsync(await _connection.ConfigureAwait(false));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<ISubscriber> SubscriberAsync()
    {
        var connection = await (_connection ?? throw new InvalidOperationException("The gateway has not started.")).ConfigureAwait(false);
        return connection.GetSubscriber();
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("not connected"));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection is { IsCompletedSuccessfully: true })
            await _connection.Result.DisposeAsync().ConfigureAwait(false);
        if (_embedded != null)
            await _embedded.DisposeAsync().ConfigureAwait(false);
    }

    async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var settings = ConfigurationOptions.Parse(_embedded is { } embedded ? embedded.Address.ToString() : options.Configuration);
        settings.AbortOnConnectFail = false;
        settings.ClientName ??= "gateway";
        if (settings.KeepAlive < 0)
            settings.KeepAlive = KeepAliveSeconds;
        settings.ConnectTimeout = Math.Min(settings.ConnectTimeout, ConnectMilliseconds);
        settings.ReconnectRetryPolicy = new LinearRetry(500);
        MessageTunnel.Insert(settings, Subscribers);
        var connection = await ConnectionMultiplexer.ConnectAsync(settings).ConfigureAwait(false);
        connection.ConnectionFailed += (_, _) => Review(connection);
        connection.ConnectionRestored += (_, _) => Review(connection);
        Review(connection);
        return connection;
    }

    async Task WatchAsync(ConnectionMultiplexer connection)
    {
        using var timer = new PeriodicTimer(PingInterval);
        for (int missed = 0; await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false);)
        {
            missed = await AnswersAsync(connection).ConfigureAwait(false) ? 0 : missed + 1;
            Volatile.Write(ref _hangs, missed > 1);
            Review(connection);
        }
    }

    async Task<bool> AnswersAsync(ConnectionMultiplexer connection)
    {
        try
        {
            await connection.GetSubscriber().PingAsync().WaitAsync(PingTimeout, _stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    // Both events come once for each of a server's connections, in any order: what counts is the state that they left.
    void Review(ConnectionMultiplexer connection)
    {
        bool connected;
        lock (_gate)
        {
            connected = connection.GetSubscriber().IsConnected() && !Hangs;
            if (_lost == !connected)
                return;
            Volatile.Write(ref _lost, !connected);
        }
        if (connected)
        {
            LogRestored();
            Restored?.Invoke();
        }
        else
        {
            LogLost();
            Lost?.Invoke();
        }
    }

    [LoggerMessage(1701, LogLevel.Warning, "Redis is away; clients stay connected until it is back", EventName = "RedisLost")]
    partial void LogLost();

    /// <summary>A module could not deal with a message.</summary>
    [LoggerMessage(1704, LogLevel.Error, "A message that came over Redis was not dealt with", EventName = "RedisHandlerFailed")]
    public partial void HandlerFailed(Exception exception);

    [LoggerMessage(1702, LogLevel.Information, "Redis is back", EventName = "RedisRestored")]
    partial void LogRestored();
}
