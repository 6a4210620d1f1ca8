using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Checks that each message is the one after the last of its topic, and notes how long it took.</summary>
sealed class Subscriber(int descriptor, Framing framing, int topic, byte[] opening) : Connection(descriptor, framing)
{
    byte[]? _carried;
    int _carriedLength;
    long _readAt;
    long _newest;

    internal int Topic { get; } = topic;

    /// <summary>Messages that only asked whether any reach it.</summary>
    internal int Probes { get; private set; }

    /// <summary>Where it counts; absent as long as nothing is measured.</summary>
    internal Tally Tally { get; set; } = new();

    /// <summary>Goes on from there: what was sent before is no longer waited for. Returns how many messages that gives up.</summary>
    internal long GiveUp(long sent)
    {
        long missing = sent - _newest;
        _newest = sent;
        return missing;
    }

    protected override void OnOpen()
    {
        if (opening.Length == 0)
            return;
        Outbox.Append(opening);
        Flush();
    }

    protected override void OnRead()
    {
        _readAt = Stopwatch.GetTimestamp();
        Tally.Reads++;
    }

    protected override void OnPayload(ReadOnlySpan<byte> piece)
    {
        if (_carriedLength > 0 && !CompleteCarried(ref piece))
            return;
        for (int at; (at = piece.IndexOf(Mark.Start)) >= 0; piece = piece[Mark.Length..])
        {
            piece = piece[at..];
            if (piece.Length < Mark.Length)
            {
                Carry(piece);
                return;
            }

            Deliver(piece);
        }
    }

    void Deliver(ReadOnlySpan<byte> mark)
    {
        var (topic, number, sentAt) = Mark.Read(mark);
        if (topic != Topic)
            throw new LoadFault($"a message of topic {topic} came to a subscriber of topic {Topic}");
        if (number == Mark.Probe)
        {
            Probes++;
            return;
        }

        Tally.Delivered(number - _newest, sentAt, _readAt);
        _newest = Math.Max(_newest, number);
    }

    bool CompleteCarried(ref ReadOnlySpan<byte> piece)
    {
        int length = Math.Min(Mark.Length - _carriedLength, piece.Length);
        Carry(piece[..length]);
        piece = piece[length..];
        if (_carriedLength < Mark.Length)
            return false;
        _carriedLength = 0;
        Deliver(_carried);
        return true;
    }

    void Carry(ReadOnlySpan<byte> part)
    {
        _carried ??= new byte[Mark.Length];
        part.CopyTo(_carried.AsSpan(_carriedLength));
        _carriedLength += part.Length;
    }
}
