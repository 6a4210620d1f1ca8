using System.Buffers;
using System.Text;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Multi;

/// <summary>What the server says in the multi-subscription protocol. Members are sorted, as the original's are.</summary>
static class MultiMessages
{
    /// <summary><c>{"path":"A/B","type":"update","value":…}</c></summary>
    public static byte[] Update(byte[][] path, JsonValue value)
    {
        byte[] name = Join(path);
        var text = new byte["{\"path\":"u8.Length + JsonText.QuotedLength(name) + ",\"type\":\"update\",\"value\":"u8.Length + value.Bytes + 1];
        var writer = new JsonTextWriter(text);
        writer.Write("{\"path\":"u8);
        writer.WriteQuoted(name);
        writer.Write(",\"type\":\"update\",\"value\":"u8);
        writer.Write(value);
        writer.Write("}"u8);
        return text;
    }

    /// <summary><c>{"code":200,"extra":{},"message":…,"paths":[{"path":…,"value":…},…],"type":"subscribe"}</c></summary>
    public static ReadOnlySpan<byte> Subscribed(IEnumerable<(string Path, JsonValue Value)> paths)
    {
        var text = new ArrayBufferWriter<byte>();
        var writer = new JsonTextWriter(text);
        writer.Write("{\"code\":200,\"extra\":{},\"message\":\"You've been successfully subscribed to the paths\",\"paths\":["u8);
        bool first = true;
        foreach (var (path, value) in paths)
        {
            writer.Write(first ? "{\"path\":"u8 : ",{\"path\":"u8);
            first = false;
            writer.WriteQuoted(Encoding.UTF8.GetBytes(path));
            writer.Write(",\"value\":"u8);
            writer.Write(value);
            writer.Write("}"u8);
        }
        writer.Write("],\"type\":\"subscribe\"}"u8);
        writer.Flush();
        return text.WrittenSpan;
    }

    /// <summary><c>{"code":200,"extra":{},"message":…,"paths":["A/B",…],"type":"unsubscribe"}</c></summary>
    public static ReadOnlySpan<byte> Unsubscribed(IEnumerable<string> paths) => Message(
        200, "{}"u8, "You've been successfully unsubscribed from the paths", paths, "unsubscribe");

    /// <summary>A refusal to subscribe.</summary>
    /// <param name="code">400, 401 and 403 as Icepeak has them, and 413, 429 and 503.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="extra">What goes with it: a string in quotes, or null.</param>
    /// <param name="paths">The paths that were asked for; null leaves them out.</param>
    public static ReadOnlySpan<byte> NotSubscribed(int code, string message, string? extra, IEnumerable<string>? paths) =>
        Message(code, extra == null ? "null"u8 : Quoted(extra), message, paths, "subscribe");

    /// <summary>A refusal because the token does not allow to read some of the paths, which are listed as lists of names.</summary>
    public static ReadOnlySpan<byte> Unauthorised(IEnumerable<byte[][]> unauthorised, IEnumerable<string> paths)
    {
        var extra = new ArrayBufferWriter<byte>();
        var writer = new JsonTextWriter(extra);
        writer.Write("{\"unauthorisedPaths\":["u8);
        bool first = true;
        foreach (byte[][] path in unauthorised)
        {
            if (!first)
                writer.Write(","u8);
            first = false;
            WriteList(ref writer, path);
        }
        writer.Write("]}"u8);
        writer.Flush();
        return Message(403, extra.WrittenSpan, "Some paths are not authorised by the provided JWT claim", paths, "subscribe");
    }

    /// <summary>A refusal to unsubscribe.</summary>
    public static ReadOnlySpan<byte> NotUnsubscribed(string extra) =>
        Message(400, Quoted(extra), "Unsubscribe request payload is malformed", null, "unsubscribe");

    static ReadOnlySpan<byte> Message(int code, ReadOnlySpan<byte> extra, string message, IEnumerable<string>? paths, string type)
    {
        var text = new ArrayBufferWriter<byte>();
        var writer = new JsonTextWriter(text);
        writer.Write(Encoding.ASCII.GetBytes($"{{\"code\":{code},\"extra\":"));
        writer.Write(extra);
        writer.Write(",\"message\":"u8);
        writer.WriteQuoted(Encoding.UTF8.GetBytes(message));
        if (paths != null)
        {
            writer.Write(",\"paths\":"u8);
            WriteList(ref writer, paths.Select(Encoding.UTF8.GetBytes));
        }
        writer.Write(Encoding.ASCII.GetBytes($",\"type\":\"{type}\"}}"));
        writer.Flush();
        return text.WrittenSpan;
    }

    static void WriteList(ref JsonTextWriter writer, IEnumerable<byte[]> strings)
    {
        writer.Write("["u8);
        bool first = true;
        foreach (byte[] item in strings)
        {
            if (!first)
                writer.Write(","u8);
            first = false;
            writer.WriteQuoted(item);
        }
        writer.Write("]"u8);
    }

    static byte[] Quoted(string text) => JsonText.Encode(JsonScalar.String(Encoding.UTF8.GetBytes(text)));

    static byte[] Join(byte[][] path)
    {
        var joined = new byte[path.Sum(name => name.Length) + Math.Max(0, path.Length - 1)];
        int at = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (i > 0)
                joined[at++] = (byte)'/';
            path[i].CopyTo(joined, at);
            at += path[i].Length;
        }
        return joined;
    }
}
