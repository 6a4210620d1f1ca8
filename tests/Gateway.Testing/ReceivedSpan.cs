using System.Globalization;

namespace Gateway.Testing;

/// <summary>A span as a receiver of OTLP got it; ids in hexadecimal.</summary>
public sealed record ReceivedSpan(string Name, string TraceId, string Id, string ParentId, IReadOnlyList<string> Links, IReadOnlyDictionary<string, string> Tags, bool IsError, string Service)
{
    /// <summary>A tag's value; null if it has none.</summary>
    public string? Tag(string name) => Tags.GetValueOrDefault(name);

    // The numbers are those of opentelemetry/proto/trace/v1/trace.proto.
    internal static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resource in new ProtobufMessage(request).Messages(1)
        let service = resource.Messages(1).SelectMany(one => Pairs(one, 1)).FirstOrDefault(pair => pair.Key == "service.name").Value
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new ReceivedSpan(
            span.Text(5), Hex(span, 1), Hex(span, 2), Hex(span, 4),
            [.. span.Messages(13).Select(link => $"{Hex(link, 1)}-{Hex(link, 2)}{link.Text(3)}")], Pairs(span, 9).ToDictionary(),
            span.Messages(15).Any(status => status.Number(3) == 2), service);

    static IEnumerable<KeyValuePair<string, string>> Pairs(ProtobufMessage message, int field) =>
        message.Messages(field).Select(pair => KeyValuePair.Create(pair.Text(1), Value(pair.Messages(2).Single())));

    static string Value(ProtobufMessage value) =>
        value.Has(1) ? value.Text(1) : ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture);

    static string Hex(ProtobufMessage message, int field) => Convert.ToHexStringLower(message.Bytes(field));
}
