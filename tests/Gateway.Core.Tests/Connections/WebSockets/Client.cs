using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>The receiving end of one client: feeds a decoder as a connection would, and writes down what comes out.</summary>
sealed class Client(long limit = 0, bool mayBeCompressed = false) : IDisposable
{
    readonly List<string> _events = [];
    WebSocketDecoder _decoder = new(limit, mayBeCompressed);
    long _arrived;

    /// <summary>What was said, a line for each event and for the error that ended it.</summary>
    public IReadOnlyList<string> Events => _events;

    /// <summary>The bytes that the decoder holds.</summary>
    public int Held => _decoder.BufferedBytes;

    /// <summary>The most that the decoder held beyond what had arrived.</summary>
    public long MostHeldUnearned { get; private set; }

    /// <summary>Whether there is reading on.</summary>
    public bool IsOpen { get; private set; } = true;

    public static IReadOnlyList<string> Hear(IEnumerable<byte[]> pieces, long limit = 0, bool mayBeCompressed = false)
    {
        using var client = new Client(limit, mayBeCompressed);
        foreach (var piece in pieces)
            client.Receive(piece);
        return client.Events;
    }

    public void Receive(byte[] piece)
    {
        _arrived += piece.Length;
        try
        {
            ReadAll(piece.ToArray());
        }
        catch (WebSocketProtocolException error)
        {
            IsOpen = false;
            _events.Add($"error {error.CloseCode}: {error.Message}");
        }

        MostHeldUnearned = Math.Max(MostHeldUnearned, _decoder.BufferedBytes - _arrived);
    }

    public void Dispose() => _decoder.Dispose();

    void ReadAll(Memory<byte> input)
    {
        while (IsOpen)
        {
            var any = _decoder.Read(input, out var consumed, out var received);
            input = input[consumed..];
            if (!any)
            {
                Assert.Equal(0, input.Length);
                return;
            }

            IsOpen = received.Kind != WebSocketOpcode.Close;
            _events.Add(Line(received));
        }
    }

    static string Line(in WebSocketEvent received) => received.Kind switch
    {
        WebSocketOpcode.Close => $"close {received.CloseCode}: {received.CloseReason}",
        var kind => Line(kind, received.Payload.Span),
    };

    /// <summary>The line of an event: short payloads in full, long ones by length and digest.</summary>
    public static string Line(WebSocketOpcode kind, ReadOnlySpan<byte> payload) =>
        $"{kind.ToString().ToUpperInvariant()} {payload.Length}: " + (
            payload.Length > 130 ? Convert.ToHexString(SHA256.HashData(payload))
            : kind == WebSocketOpcode.Binary ? Convert.ToHexString(payload)
            : Encoding.UTF8.GetString(payload));
}
