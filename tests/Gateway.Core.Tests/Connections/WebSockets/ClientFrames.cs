using System.Buffers.Binary;
using System.Text;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>Frames as a client writes them, right and wrong ones. It shares no code with the decoder.</summary>
static class ClientFrames
{
    static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Text(string text, bool final = true) => Text(Encoding.UTF8.GetBytes(text), final);

    public static byte[] Text(byte[] bytes, bool final = true) => Frame(WebSocketOpcode.Text, bytes, final);

    public static byte[] Binary(byte[] bytes, bool final = true) => Frame(WebSocketOpcode.Binary, bytes, final);

    public static byte[] More(byte[] bytes, bool final = true) => Frame(WebSocketOpcode.Continuation, bytes, final);

    public static byte[] More(string text, bool final = true) => More(Encoding.UTF8.GetBytes(text), final);

    public static byte[] Ping(string text) => Frame(WebSocketOpcode.Ping, Encoding.UTF8.GetBytes(text));

    public static byte[] Pong(string text) => Frame(WebSocketOpcode.Pong, Encoding.UTF8.GetBytes(text));

    public static byte[] Close(int code, string reason = "") => Close(code, Encoding.UTF8.GetBytes(reason));

    public static byte[] Close(int code, byte[] reason) =>
        Frame(WebSocketOpcode.Close, [(byte)(code >> 8), (byte)code, .. reason]);

    public static byte[] Frame(WebSocketOpcode opcode, byte[] payload, bool final = true) =>
        [.. Head((final ? 0x80 : 0) | (int)opcode, payload.Length), .. Masked(payload)];

    /// <summary>A head, with the length in as few bytes as possible or in the form asked for.</summary>
    public static byte[] Head(int first, long length, int? form = null, bool masked = true)
    {
        var mask = masked ? 0x80 : 0;
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        byte[] head = (form ?? (length < 126 ? 7 : length < 65536 ? 16 : 64)) switch
        {
            7 => [(byte)first, (byte)(mask | (int)length)],
            16 => [(byte)first, (byte)(mask | 126), .. bytes[6..]],
            _ => [(byte)first, (byte)(mask | 127), .. bytes],
        };
        return masked ? [.. head, .. Key] : head;
    }

    static byte[] Masked(byte[] payload) => [.. payload.Select((value, index) => (byte)(value ^ Key[index % 4]))];
}
