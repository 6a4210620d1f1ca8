using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Benchmarks.Load;

/// <summary>The figures of all runs, for people and for programs.</summary>
sealed record Report(IReadOnlyList<FanOutResult> FanOut, IdleResult? Idle)
{
    const int ModeWidth = 8;
    const int Gap = 2;
    static readonly string[] Titles =
        ["mode", "subscribers", "messages", "deliveries/s", "server µs", "client µs", "per read", "p50 ms", "p99 ms", "max ms", "lost", "reordered", "cut off"];

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal bool IsSound =>
        FanOut.All(result => result is { Lost: 0, Reordered: 0, Disconnected: 0 }) && Idle is null or { Disconnected: 0 };

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal string ToText()
    {
        var text = new StringBuilder();
        if (FanOut.Count > 0)
        {
            text.AppendLine(Row(Titles));
            foreach (var result in FanOut)
                text.AppendLine(Row(result));
        }

        if (Idle is { } idle)
            text.AppendLine(Line(idle));
        return text.ToString().TrimEnd();
    }

    static string Row(FanOutResult result) => Row(
        result.Mode.ToString().ToLowerInvariant(),
        Format(result.Subscribers, "N0"),
        Format(result.Messages, "N0"),
        Format(result.DeliveriesPerSecond, "N0"),
        Format(result.ServerMicrosPerDelivery, "F3"),
        Format(result.ClientMicrosPerDelivery, "F3"),
        Format(result.DeliveriesPerRead, "F1"),
        Format(result.LatencyP50, "F2"),
        Format(result.LatencyP99, "F2"),
        Format(result.LatencyMax, "F2"),
        Format(result.Lost, "N0"),
        Format(result.Reordered, "N0"),
        Format(result.Disconnected, "N0"));

    /// <summary>A line whose cells stand under the titles; those hold the widest figures to be expected.</summary>
    static string Row(params string[] cells) =>
        cells[0].PadRight(ModeWidth) + string.Concat(cells.Zip(Titles).Skip(1).Select(pair => pair.First.PadLeft(Math.Max(pair.Second.Length, 9) + Gap)));

    static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    static string Line(IdleResult idle) => string.Create(
        CultureInfo.InvariantCulture,
        $"idle: {idle.Connections:N0} connections, {idle.BytesPerConnection:N0} bytes resident each ({idle.ResidentBytesBefore / 1e6:F1} to {idle.ResidentBytesAfter / 1e6:F1} MB), {idle.ServerMicrosPerConnect:F0} server µs per connect, {idle.Disconnected:N0} cut off");
}
