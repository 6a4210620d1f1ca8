namespace Gateway.Core.Connections;

/// <summary>How a module's protocol ends a WebSocket where it has a code of its own.</summary>
public sealed record WebSocketClose
{
    const ushort FirstCode = 3000;
    const ushort LastCode = 4999;

    /// <summary>Creates one.</summary>
    /// <param name="code">3000 to 4999: those that applications may use (RFC 6455, section 7.4.2).</param>
    /// <param name="text">What the client is told.</param>
    public WebSocketClose(ushort code, string text)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, FirstCode);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, LastCode);
        (Code, Text) = (code, text);
    }

    /// <summary>The code.</summary>
    public ushort Code { get; }

    /// <summary>The reason on the wire.</summary>
    public string Text { get; }
}
