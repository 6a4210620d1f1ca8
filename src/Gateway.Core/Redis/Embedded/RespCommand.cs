using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gateway.Core.Redis.Embedded;

/// <summary>
/// A command as clients send it: an array of bulk strings, or a line of words (the inline form). Only whole commands are
/// copied, so that half of one costs nothing but its bytes in the pipe.
/// </summary>
static class RespCommand
{
    const byte ArrayMark = (byte)'*';
    const byte BulkMark = (byte)'$';

    // A sign and the 19 digits of the largest number.
    const int NumberBytes = 20;

    /// <summary>Takes the next command off the buffer; empty for an empty line. False while it is not complete.</summary>
    /// <exception cref="RespFault">It is malformed, or beyond a limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out byte[][] arguments)
    {
        arguments = [];
        if (buffer.IsEmpty)
            return false;
        var reader = new SequenceReader<byte>(buffer);
        reader.TryPeek(out byte mark);
        bool complete = mark == ArrayMark ? TryReadArray(ref reader, ref arguments) : TryReadLine(ref reader, ref arguments);
        if (complete)
            buffer = buffer.Slice(reader.Position);
        else if (buffer.Length > RespLimits.CommandBytes)
            throw new RespFault("Protocol error: too big a command");
        return complete;
    }

    static bool TryReadArray(ref SequenceReader<byte> reader, ref byte[][] arguments)
    {
        reader.Advance(1);
        if (!TryReadNumber(ref reader, "invalid multibulk length", out long count))
            return false;
        if (count > RespLimits.Arguments)
            throw new RespFault("Protocol error: invalid multibulk length");
        var found = new List<ReadOnlySequence<byte>>();
        long bytes = 0;
        for (long i = 0; i < count; i++)
        {
            if (!TryReadBulk(ref reader, out var bulk))
                return false;
            bytes += bulk.Length;
            if (bytes > RespLimits.CommandBytes)
                throw new RespFault("Protocol error: too big a command");
            found.Add(bulk);
        }
        arguments = [.. found.Select(bulk => bulk.ToArray())];
        return true;
    }

    static bool TryReadBulk(ref SequenceReader<byte> reader, out ReadOnlySequence<byte> bulk)
    {
        bulk = default;
        if (!reader.TryRead(out byte mark))
            return false;
        if (mark != BulkMark)
            throw new RespFault($"Protocol error: expected '$', got '{(mark is >= 0x20 and < 0x7f ? (char)mark : '?')}'");
        if (!TryReadNumber(ref reader, "invalid bulk length", out long length))
            return false;
        if (length is < 0 or > RespLimits.ArgumentBytes)
            throw new RespFault("Protocol error: invalid bulk length");
        if (!reader.TryReadExact((int)length, out bulk) || reader.Remaining < 2)
            return false;
        if (!reader.IsNext("\r\n"u8, advancePast: true))
            throw new RespFault("Protocol error: a bulk string does not end where it says");
        return true;
    }

    static bool TryReadNumber(ref SequenceReader<byte> reader, string fault, out long number)
    {
        number = 0;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            if (reader.Remaining > NumberBytes + 1)
                throw new RespFault($"Protocol error: {fault}");
            return false;
        }
        if (line.Length > NumberBytes)
            throw new RespFault($"Protocol error: {fault}");
        Span<byte> digits = stackalloc byte[(int)line.Length];
        line.CopyTo(digits);
        if (!Utf8Parser.TryParse(digits, out number, out int read) || read != digits.Length)
            throw new RespFault($"Protocol error: {fault}");
        return true;
    }

    static bool TryReadLine(ref SequenceReader<byte> reader, ref byte[][] arguments)
    {
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (reader.Remaining > RespLimits.InlineBytes)
                throw new RespFault("Protocol error: too big inline request");
            return false;
        }
        if (line.Length > RespLimits.InlineBytes)
            throw new RespFault("Protocol error: too big inline request");
        arguments = [.. Encoding.Latin1.GetString(line)
            .Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Select(Encoding.Latin1.GetBytes)];
        return true;
    }
}
