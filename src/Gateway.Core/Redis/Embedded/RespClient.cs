using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Gateway.Core.Redis.Embedded;

/// <summary>One client of the embedded endpoint. Its commands are done one after the other; what it gets is buffered up to a limit.</summary>
sealed class RespClient(Socket socket, long id) : IDisposable
{
    readonly Lock _gate = new();
    readonly HashSet<string> _names = [];
    readonly HashSet<string> _patterns = [];
    ArrayBufferWriter<byte> _waiting = new();
    ArrayBufferWriter<byte> _sending = new();
    bool _isSending;
    bool _gone;
    TaskCompletionSource? _drained;

    public long Id { get; } = id;

    public string Name { get; set; } = "";

    /// <summary>2 or 3, as HELLO says.</summary>
    public int Version { get; set; } = 2;

    public bool WantsToLeave { get; set; }

    public int SubscriptionCount => _names.Count + _patterns.Count;

    /// <summary>Changed under the lock of <see cref="EmbeddedTopics"/> only.</summary>
    public HashSet<string> SubscriptionsOf(bool isPattern) => isPattern ? _patterns : _names;

    /// <summary>Reads commands until the client leaves or breaks the protocol.</summary>
    /// <param name="execute">Does one command.</param>
    public async Task RunAsync(Action<RespClient, byte[][]> execute)
    {
        using var stream = new NetworkStream(socket, ownsSocket: false);
        var input = PipeReader.Create(stream);
        try
        {
            while (!WantsToLeave)
            {
                var read = await input.ReadAsync().ConfigureAwait(false);
                var buffer = read.Buffer;
                while (!WantsToLeave && RespCommand.TryRead(ref buffer, out var arguments))
                {
                    if (arguments.Length > 0)
                        execute(this, arguments);
                }
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (RespFault fault)
        {
            var output = new ArrayBufferWriter<byte>();
            RespOutput.Error(output, $"ERR {fault.Message}");
            Send(output.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client vanished.
        }
        await DrainedAsync().ConfigureAwait(false);
    }

    /// <summary>Queues bytes. A client that leaves more unread than the limit is cut.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_gone)
                return;
            if (_waiting.WrittenCount + bytes.Length > RespLimits.OutputBytes)
            {
                Cut();
                return;
            }
            _waiting.Write(bytes);
            if (_isSending)
                return;
            _isSending = true;
        }
        _ = SendWaitingAsync();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _gone = true;
            _drained?.TrySetResult();
            socket.Dispose();
        }
    }

    async Task SendWaitingAsync()
    {
        // What is published meanwhile joins the same write.
        await Task.Yield();
        while (Exchange())
        {
            try
            {
                for (var rest = _sending.WrittenMemory; !rest.IsEmpty;)
                    rest = rest[await socket.SendAsync(rest).ConfigureAwait(false)..];
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                Dispose();
            }
            _sending.ResetWrittenCount();
        }
    }

    bool Exchange()
    {
        lock (_gate)
        {
            if (_sending.Capacity > RespLimits.InlineBytes)
                _sending = new();
            if (_waiting.WrittenCount > 0 && !_gone)
            {
                (_waiting, _sending) = (_sending, _waiting);
                return true;
            }
            _isSending = false;
            _drained?.TrySetResult();
            return false;
        }
    }

    // Replies to what was sent before leaving still go out, unless the client does not take them.
    async Task DrainedAsync()
    {
        Task drained;
        lock (_gate)
        {
            if (!_isSending || _gone)
                return;
            drained = (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        await drained.WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Under the lock.
    void Cut()
    {
        _gone = true;
        _drained?.TrySetResult();
        // Nothing that still waits is sent: the client does not take it.
        socket.Close(timeout: 0);
    }
}
