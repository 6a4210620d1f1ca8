using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>
/// What a message is known by, whatever a server puts around it: a letter that no protocol here uses, and a stamp of topic,
/// number and time.
/// </summary>
static class Mark
{
    internal const byte Start = (byte)'^';
    internal const int Length = 1 + Stamp.Length;

    /// <summary>The number of messages that only ask whether a subscription is in force.</summary>
    internal const long Probe = 0;

    const int TopicShift = 40;

    internal static void Write(Span<byte> to, int topic, long number)
    {
        to[0] = Start;
        Stamp.Now(((long)topic << TopicShift) | number).Write(to[1..]);
    }

    internal static (int Topic, long Number, long SentAt) Read(ReadOnlySpan<byte> from)
    {
        var stamp = Stamp.Read(from[1..]);
        return ((int)(stamp.Sequence >> TopicShift), stamp.Sequence & ((1L << TopicShift) - 1), stamp.SentAt);
    }
}
