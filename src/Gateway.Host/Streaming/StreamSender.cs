using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Gateway.Host.Streaming;

/// <summary>
/// Sends an input into a stream as it comes. Once the stream has begun, a lost connection is taken up again where the
/// gateway stands: it is asked what it has stored, and gets the rest.
/// </summary>
sealed class StreamSender(StreamArguments arguments, Uri address, Stream input)
{
    const int PieceBytes = 64 * 1024;

    // Beyond the first the gateway is asked what it has stored, and beyond the second it is waited for.
    const long AskAbove = 4 * 1024 * 1024;
    const long WaitAbove = 16 * 1024 * 1024;

    const string Instance = "X-Stream-Instance";

    static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(5);
    static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    readonly ReplayBuffer _unstored = new();
    readonly Progress _progress = new();
    readonly byte[] _buffer = new byte[PieceBytes];
    Task<int>? _reading;
    string? _instance;
    bool _ended;

    /// <summary>Sends all of the input.</summary>
    /// <exception cref="StreamFault">It could not begin, or not go on.</exception>
    public async Task RunAsync()
    {
        var exchange = await BeginAsync().ConfigureAwait(false);
        Console.Out.WriteLine("201 Created");
        var answer = exchange.ReadEndAsync();
        long offset = 0;
        while (true)
        {
            try
            {
                await using (exchange.ConfigureAwait(false))
                    await SendAsync(exchange, answer, offset).ConfigureAwait(false);
                break;
            }
            catch (Exception lost) when (IsLoss(lost))
            {
                if (await ResumeAsync(lost).ConfigureAwait(false) is not { } resumed)
                    break;
                (exchange, offset) = resumed;
                answer = ExpectStoredAsync(exchange);
            }
        }
        _progress.Done(_unstored.End);
    }

    async Task<StreamExchange> BeginAsync()
    {
        using var limit = new CancellationTokenSource(FirstAnswer);
        var target = arguments.Force ? new Uri($"{address}?force=true") : address;
        StreamExchange? exchange = null;
        try
        {
            exchange = await StreamExchange.ConnectAsync(address, limit.Token).ConfigureAwait(false);
            await exchange.SendHeadAsync("POST", target, [.. Headers(), ("X-Stream-Metadata", "{}"), ("Transfer-Encoding", "chunked")], limit.Token).ConfigureAwait(false);
            var reply = await exchange.ReadHeadAsync(limit.Token).ConfigureAwait(false);
            if (reply.Status != (int)HttpStatusCode.Created)
                throw new StreamFault(reply.Explain((await exchange.ReadBodyAsync(limit.Token).ConfigureAwait(false)).Span));
            _instance = reply.Headers.GetValueOrDefault(Instance);
            return exchange;
        }
        catch (Exception e)
        {
            if (exchange != null)
                await exchange.DisposeAsync().ConfigureAwait(false);
            throw e switch
            {
                StreamFault => e,
                OperationCanceledException => new StreamFault($"no answer from {address.Authority} within {FirstAnswer.TotalSeconds} s", e),
                _ when IsLoss(e) => new StreamFault($"{address.Authority}: {e.Message}", e),
                _ => e,
            };
        }
    }

    async Task SendAsync(StreamExchange exchange, Task answer, long offset)
    {
        foreach (var piece in _unstored.From(offset))
            await exchange.SendAsync(piece).ConfigureAwait(false);
        while (!_ended)
        {
            // A read of the input cannot be taken back: it outlives the connection.
            _reading ??= input.ReadAsync(_buffer, 0, _buffer.Length);
            if (await Task.WhenAny(_reading, answer).ConfigureAwait(false) == answer)
            {
                await answer.ConfigureAwait(false);
                throw new IOException("the gateway ended the stream");
            }
            int read = await _reading.ConfigureAwait(false);
            _reading = null;
            if (read == 0)
            {
                _ended = true;
                break;
            }
            _unstored.Add(_buffer[..read]);
            await exchange.SendAsync(_buffer.AsMemory(0, read)).ConfigureAwait(false);
            _progress.Sent(_unstored.End);
            await MakeRoomAsync(answer).ConfigureAwait(false);
        }
        await exchange.SendEndAsync().ConfigureAwait(false);
        await answer.ConfigureAwait(false);
    }

    async Task MakeRoomAsync(Task answer)
    {
        while (_unstored.End - _unstored.Start > AskAbove)
        {
            var reply = await AskAsync().ConfigureAwait(false);
            _unstored.Forget(reply.Offset ?? throw new IOException($"the gateway does not say what it has stored: {reply.Status} {reply.Reason}"));
            if (_unstored.End - _unstored.Start <= WaitAbove)
                return;
            // What a connection that has ended still held will never be stored.
            if (await Task.WhenAny(Task.Delay(100), answer).ConfigureAwait(false) == answer)
            {
                await answer.ConfigureAwait(false);
                throw new IOException("the gateway ended the stream");
            }
        }
    }

    // Null where the gateway turns out to have everything.
    async Task<(StreamExchange Exchange, long Offset)?> ResumeAsync(Exception lost)
    {
        long start = Environment.TickCount64;
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            _progress.Waiting(lost.Message);
            try
            {
                var reply = await AskAsync().ConfigureAwait(false);
                if (!reply.IsTemporary)
                    return await TryResumeAsync(reply).ConfigureAwait(false);
                lost = new IOException($"{reply.Status} {reply.Reason}");
            }
            catch (Exception e) when (IsLoss(e))
            {
                lost = e;
            }
            if (Environment.TickCount64 - start > GiveUp.TotalMilliseconds)
                throw new StreamFault($"{address.Authority}: {lost.Message}; given up after {GiveUp.TotalSeconds} s", lost);
            await Task.Delay(pause).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(2 * pause.TotalMilliseconds, LongestPause.TotalMilliseconds));
        }
    }

    async Task<(StreamExchange Exchange, long Offset)?> TryResumeAsync(StreamReply reply)
    {
        if (reply.Offset is not { } offset)
            throw new StreamFault($"the stream cannot be resumed: {reply.Status} {reply.Reason}");
        if (reply.Headers.GetValueOrDefault(Instance) != _instance || offset < _unstored.Start || offset > _unstored.End)
            throw new StreamFault("the stream cannot be resumed: somebody else writes it");
        _unstored.Forget(offset);
        if (reply.Headers.GetValueOrDefault("X-Stream-State") == "complete")
            return _ended && offset == _unstored.End ? null : throw new StreamFault("the stream cannot be resumed: somebody else has ended it");

        using var limit = new CancellationTokenSource(FirstAnswer);
        var exchange = await StreamExchange.ConnectAsync(address, limit.Token).ConfigureAwait(false);
        (string, string)[] headers = [.. Headers(), ("Upload-Offset", $"{offset}"), (Instance, _instance ?? ""), ("Transfer-Encoding", "chunked")];
        await exchange.SendHeadAsync("PATCH", address, headers, limit.Token).ConfigureAwait(false);
        return (exchange, offset);
    }

    // An answer before the end of the body is a refusal. One that says where to go on, or that it is for now, is tried again.
    static async Task ExpectStoredAsync(StreamExchange exchange)
    {
        var reply = await exchange.ReadHeadAsync(CancellationToken.None).ConfigureAwait(false);
        if (reply.Status is >= 200 and < 300)
            return;
        if (reply.IsTemporary || reply.Offset != null)
            throw new IOException($"{reply.Status} {reply.Reason}");
        using var limit = new CancellationTokenSource(FirstAnswer);
        throw new StreamFault(reply.Explain((await exchange.ReadBodyAsync(limit.Token).ConfigureAwait(false)).Span));
    }

    async Task<StreamReply> AskAsync()
    {
        using var limit = new CancellationTokenSource(FirstAnswer);
        var exchange = await StreamExchange.ConnectAsync(address, limit.Token).ConfigureAwait(false);
        await using (exchange.ConfigureAwait(false))
        {
            await exchange.SendHeadAsync("HEAD", address, [.. Headers(), ("Connection", "close")], limit.Token).ConfigureAwait(false);
            return await exchange.ReadHeadAsync(limit.Token).ConfigureAwait(false);
        }
    }

    IEnumerable<(string, string)> Headers() => arguments.Token == null ? [] : [("Authorization", $"Bearer {arguments.Token}")];

    static bool IsLoss(Exception e) => e is IOException or SocketException or AuthenticationException or OperationCanceledException;
}
