using System.Diagnostics;
using System.Net.Sockets;

namespace Gateway.Benchmarks.Load;

/// <summary>Checks that each message is the one after the last, and notes how long it took.</summary>
class Subscriber(Socket socket, int messageLength) : WebSocketClient(socket)
{
    /// <summary>The number of messages that only ask whether a subscription is in force.</summary>
    internal const long Probe = 0;

    long _readAt;

    /// <summary>Whether messages reach it at all.</summary>
    internal bool Probed { get; private set; }

    /// <summary>The number of the newest message.</summary>
    internal long Newest { get; private set; }

    /// <summary>Where it counts.</summary>
    internal Tally Tally { get; set; } = new();

    /// <summary>No longer waits for what was sent, and returns how many messages that gives up.</summary>
    internal long GiveUp(long sent)
    {
        var missing = sent - Newest;
        Newest = sent;
        return missing;
    }

    protected override void OnRead()
    {
        _readAt = Stopwatch.GetTimestamp();
        Tally.Reads++;
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        if (message.Length != messageLength)
            throw new LoadFault($"a message of {message.Length} bytes came, where only ones of {messageLength} were sent: is the channel in use?");

        var stamp = Stamp.Read(message);
        if (stamp.Sequence == Probe)
        {
            Probed = true;
            return;
        }

        Tally.Delivered(stamp.Sequence - Newest, stamp.SentAt, _readAt);
        Newest = Math.Max(Newest, stamp.Sequence);
    }
}
