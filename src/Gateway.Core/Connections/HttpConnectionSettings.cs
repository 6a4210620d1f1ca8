using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Connections;

/// <summary>What a module asks for a client whose HTTP request goes on.</summary>
public sealed record HttpConnectionSettings
{
    /// <summary>What is sent at an interval, so that proxies see life and a client that is gone is noticed; empty = nothing.</summary>
    public ReadOnlyMemory<byte> Ping
    {
        get;
        init
        {
            field = value;
            PingFrame = value.IsEmpty ? null : Frame.Control(value.ToArray());
        }
    }

    /// <summary>The interval; zero = never.</summary>
    public TimeSpan PingInterval
    {
        get;
        init
        {
            field = value;
            Heartbeat = HeartbeatOf(value);
        }
    }

    /// <summary>
    /// How long the client may take nothing of what is sent to it until the system ends the connection; zero = as long as
    /// the system has it. Only on Linux.
    /// </summary>
    public TimeSpan SendTimeout { get; init; }

    /// <summary>
    /// Whether the client may go on while the gateway shuts down, until <c>Drain:Limit</c>: for one that writes, and would
    /// have to begin anew.
    /// </summary>
    public bool OutlivesDrain { get; init; }

    /// <summary>
    /// What a client that is not admitted is answered, where 429 or 503 would keep it from ever coming back, as it does an
    /// EventSource; null = those.
    /// </summary>
    public IResult? NotAdmitted { get; init; }

    // Of each one for all clients.
    internal Frame? PingFrame { get; private init; }

    internal WebSocketSettings Heartbeat { get; private init; } = HeartbeatOf(TimeSpan.Zero);

    // Nothing is heard from such a client, so nothing is missed either.
    static WebSocketSettings HeartbeatOf(TimeSpan interval) => new() { PingInterval = interval, PongTimeout = TimeSpan.Zero };
}
