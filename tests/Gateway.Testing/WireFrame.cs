using System.Buffers.Binary;
using System.Text;

namespace Gateway.Testing;

/// <summary>A WebSocket frame as it was on the wire, or the connection's end in its place.</summary>
public sealed class WireFrame
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What kind of frame it is; <see cref="WireOpcode.End"/> if the connection ended.</summary>
    public required WireOpcode Opcode { get; init; }

    /// <summary>Whether the connection ended instead, and how.</summary>
    public WireEnd End { get; init; }

    /// <summary>Whether it is the last part of its message.</summary>
    public bool Fin { get; init; } = true;

    /// <summary>The three reserved bits, 0 to 7.</summary>
    public int Rsv { get; init; }

    /// <summary>The application data.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>The payload as text.</summary>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public string Text => StrictUtf8.GetString(Payload);

    /// <summary>The code of a Close, or null if the frame is none or has none.</summary>
    public int? CloseCode => HasCloseCode ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : null;

    /// <summary>The reason of a Close; empty if the frame is none or has none.</summary>
    public string CloseReason => HasCloseCode ? StrictUtf8.GetString(Payload.AsSpan(2)) : "";

    bool HasCloseCode => Opcode == WireOpcode.Close && Payload.Length >= 2;

    /// <summary>A line for the message of a failed assertion.</summary>
    public override string ToString() => Opcode switch
    {
        WireOpcode.End => $"End: {End}",
        WireOpcode.Close => $"Close: {CloseCode} \"{CloseReason}\"",
        _ => $"{Opcode}{(Fin ? "" : " (more follows)")}: {Payload.Length} bytes",
    };
}
