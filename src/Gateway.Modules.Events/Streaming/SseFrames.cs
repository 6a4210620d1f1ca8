using System.Globalization;
using System.Text;
using Gateway.Core.Connections;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// Blocks of a stream (HTML, section 9.2.6). The id comes last, so that no client has it without the event; it consists of
/// characters that a browser sends to another origin without asking first.
/// </summary>
readonly struct SseFrames(uint epoch)
{
    /// <summary>The name of events that speak of the stream itself.</summary>
    public const string Status = "internal_status";

    /// <summary>An event.</summary>
    public Frame Of(EventRecord record)
    {
        var bytes = new MemoryStream(record.Data.Length + record.Name.Length + 64);
        bytes.Write("event: "u8);
        bytes.Write(Encoding.UTF8.GetBytes(record.Name));
        bytes.Write("\ndata: "u8);
        bytes.Write(record.Data);
        bytes.Write(Encoding.ASCII.GetBytes($"\nid: {Id(record.Fired)}\n\n"));
        return Frame.Raw(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>A block without an event: clients take its id for where they are.</summary>
    public Frame Checkpoint(long place) => Text($"id: {Id(place)}\n\n");

    /// <summary>Something about the stream itself.</summary>
    public static Frame OfStatus(string data) => Text($"event: {Status}\ndata: {data}\n\n");

    /// <summary>How long a client is to wait until it comes back, after a comment that shows that the stream is open.</summary>
    public static Frame Opening(int retryMilliseconds) => Text(string.Create(CultureInfo.InvariantCulture, $":\nretry: {retryMilliseconds}\n"));

    /// <summary>The id of a place in the order of what has fired.</summary>
    public string Id(long place) => string.Create(CultureInfo.InvariantCulture, $"{epoch:x8}.{place}");

    /// <summary>The place of an id; false if it is not of this history.</summary>
    public bool TryRead(string id, out long place)
    {
        place = 0;
        int dot = id.IndexOf('.', StringComparison.Ordinal);
        return dot == 8
            && uint.TryParse(id.AsSpan(0, dot), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint read) && read == epoch
            && long.TryParse(id.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out place);
    }

    static Frame Text(string text) => Frame.Raw(Encoding.UTF8.GetBytes(text));
}
