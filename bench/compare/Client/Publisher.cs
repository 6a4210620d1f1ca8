using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>A connection that only sends; what the server says is read, and an HTTP refusal ends the run.</summary>
sealed class Publisher(int descriptor, Framing framing, byte[] opening) : Connection(descriptor, framing)
{
    protected override void OnOpen()
    {
        Outbox.Append(opening);
        Flush();
    }

    protected override void OnPayload(ReadOnlySpan<byte> piece)
    {
        int refusal = piece.IndexOf("HTTP/1.1 4"u8);
        if (refusal < 0)
            refusal = piece.IndexOf("HTTP/1.1 5"u8);
        if (refusal >= 0)
            throw new LoadFault($"the server answered {Encoding.UTF8.GetString(piece[refusal..Math.Min(piece.Length, refusal + 300)])}");
    }
}
