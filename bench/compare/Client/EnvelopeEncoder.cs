using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Each message stands for itself, between two texts that depend on topic and length.</summary>
/// <param name="envelope">What stands before and after a message, by topic and the message's length.</param>
/// <param name="opcode">That of a WebSocket frame around it all; 0 for none.</param>
sealed class EnvelopeEncoder(Func<int, int, (string Before, string After)> envelope, int opcode) : Encoder
{
    readonly Dictionary<int, (byte[] Before, byte[] After)> _envelopes = [];
    byte[] _whole = [];

    protected override void Write(Outbox to, int topic, ReadOnlySpan<byte> message)
    {
        var (before, after) = Envelope(topic, message.Length);
        int length = before.Length + message.Length + after.Length;
        if (_whole.Length < length)
            _whole = new byte[length];
        before.CopyTo(_whole, 0);
        message.CopyTo(_whole.AsSpan(before.Length));
        after.CopyTo(_whole.AsSpan(before.Length + message.Length));
        if (opcode == 0)
        {
            to.Append(_whole.AsSpan(0, length));
            return;
        }

        int written = Frame.Write(to.Extend(length + Frame.Overhead), opcode, _whole.AsSpan(0, length));
        to.Shorten(length + Frame.Overhead - written);
    }

    (byte[] Before, byte[] After) Envelope(int topic, int length)
    {
        if (_envelopes.TryGetValue(topic, out var found))
            return found;
        var (before, after) = envelope(topic, length);
        return _envelopes[topic] = (Encoding.Latin1.GetBytes(before), Encoding.Latin1.GetBytes(after));
    }
}
