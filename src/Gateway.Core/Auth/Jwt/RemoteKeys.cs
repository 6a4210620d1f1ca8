using Microsoft.Extensions.Logging;

namespace Gateway.Core.Auth.Jwt;

/// <summary>
/// Keys that somebody else publishes. They are fetched when the first token comes and every few minutes from then on, and
/// when a token names a key that is not among them. There is one fetch at a time; whoever has no use for it does not wait
/// for it. If it fails, the keys stay those of the last time that it did not.
/// </summary>
sealed partial class RemoteKeys(KeyDownload download, TimeProvider time, ILogger<RemoteKeys> log) : IJwtKeys, IAsyncDisposable
{
    /// <summary>How old keys become.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>When it is tried again after it failed.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    /// <summary>How often tokens with unknown keys can bring a fetch about.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>The same while there are no keys at all.</summary>
    public static readonly TimeSpan PauseWithoutKeys = TimeSpan.FromSeconds(1);

    /// <summary>How long a fetch may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    readonly Lock _beginning = new();
    readonly CancellationTokenSource _stopping = new();
    Task _running = Task.CompletedTask;
    DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    ITimer? _timer;
    string? _text;
    volatile JwtKeySet? _current;
    volatile string? _problem;
    int _generation;

    public JwtKeySet? Current => _current;

    public int Generation => Volatile.Read(ref _generation);

    public string? Problem => _problem;

    public Task LookAgainAsync(CancellationToken cancellation) => Begin(byTimer: false).WaitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_beginning)
        {
            if (_stopping.IsCancellationRequested)
                return;
            _stopping.Cancel();
            running = _running;
        }
        await running.ConfigureAwait(false);
        _timer?.Dispose();
        _stopping.Dispose();
        download.Dispose();
    }

    Task Begin(bool byTimer)
    {
        lock (_beginning)
        {
            if (_stopping.IsCancellationRequested || !_running.IsCompleted || (!byTimer && time.GetUtcNow() < _notBefore))
                return _running;
            _timer ??= time.CreateTimer(_ => Begin(byTimer: true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return _running = Task.Run(RefreshAsync);
        }
    }

    async Task RefreshAsync()
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            Replace(await download.FetchAsync(either.Token).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            string reason = e is OperationCanceledException ? $"no answer within {Limit}" : e.Message;
            if (!_stopping.IsCancellationRequested)
                Failed(download.Address, reason, _current == null ? "there are no others yet" : "the last ones stay in force");
            _problem = $"The keys of {download.Address} cannot be fetched: {reason}";
        }
        Schedule();
    }

    void Replace((JwtKeySet Keys, string Text) fetched)
    {
        if (fetched.Text != _text)
        {
            _text = fetched.Text;
            _current = fetched.Keys;
            Interlocked.Increment(ref _generation);
            Fetched(fetched.Keys.Keys.Count, download.Address);
        }
        _problem = null;
    }

    void Schedule()
    {
        lock (_beginning)
        {
            _notBefore = time.GetUtcNow() + (_current == null ? PauseWithoutKeys : Pause);
            _timer!.Change(_problem == null ? Period : Retry, Timeout.InfiniteTimeSpan);
        }
    }

    [LoggerMessage(1401, LogLevel.Information, "{Keys} keys to verify tokens with were fetched from {Address}", EventName = "JwtKeysFetched")]
    partial void Fetched(int keys, Uri address);

    [LoggerMessage(1402, LogLevel.Warning, "The keys of {Address} cannot be fetched: {Reason}; {Consequence}", EventName = "JwtKeysMissing")]
    partial void Failed(Uri address, string reason, string consequence);
}
