using System.Globalization;

namespace Gateway.Testing;

/// <summary>Reads a response as RFC 9112 delimits it.</summary>
static class HttpReplyReader
{
    /// <param name="reader">Stands at the first byte of the response.</param>
    /// <param name="toHead">The request was a HEAD: whatever the headers say, no body follows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EndOfStreamException">The connection ended within or before the response.</exception>
    /// <exception cref="InvalidDataException">It is no HTTP response.</exception>
    public static async Task<HttpReply> ReadAsync(WireReader reader, bool toHead, CancellationToken cancellation)
    {
        var line = await LineAsync(reader, cancellation);
        var words = line.Split(' ', 3);
        if (words.Length != 3 || !words[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(words[1], out var status))
            throw new InvalidDataException($"Not a status line: {line}");

        var headers = await HeadersAsync(reader, cancellation);
        var hasBody = !toHead && status is >= 200 and not (204 or 304);
        return new HttpReply
        {
            Status = status,
            Reason = words[2],
            Headers = headers,
            Body = hasBody ? await BodyAsync(reader, headers, cancellation) : [],
        };
    }

    static async Task<ILookup<string, string>> HeadersAsync(WireReader reader, CancellationToken cancellation)
    {
        var headers = new List<(string Name, string Value)>();
        while (await LineAsync(reader, cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            if (colon < 1)
                throw new InvalidDataException($"Not a header: {line}");
            headers.Add((line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return headers.ToLookup(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
    }

    static Task<byte[]> BodyAsync(WireReader reader, ILookup<string, string> headers, CancellationToken cancellation)
    {
        if (headers["Transfer-Encoding"].Contains("chunked", StringComparer.OrdinalIgnoreCase))
            return ChunksAsync(reader, cancellation);

        return headers["Content-Length"].FirstOrDefault() is { } length
            ? BytesAsync(reader, int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), cancellation)
            : UntilCloseAsync(reader, cancellation);
    }

    static async Task<byte[]> ChunksAsync(WireReader reader, CancellationToken cancellation)
    {
        var body = new MemoryStream();
        while (await ChunkAsync(reader, cancellation) is { Length: > 0 } chunk)
            body.Write(chunk);
        return body.ToArray();
    }

    /// <summary>The next chunk; empty at the end of the body, after its trailers.</summary>
    public static async Task<byte[]> ChunkAsync(WireReader reader, CancellationToken cancellation)
    {
        if (await ChunkLengthAsync(reader, cancellation) is not (> 0 and var length))
        {
            await HeadersAsync(reader, cancellation);
            return [];
        }
        var chunk = await BytesAsync(reader, length, cancellation);
        if (await LineAsync(reader, cancellation) is { Length: > 0 } surplus)
            throw new InvalidDataException($"A chunk is longer than it says: {surplus}");
        return chunk;
    }

    static async Task<int> ChunkLengthAsync(WireReader reader, CancellationToken cancellation)
    {
        var line = await LineAsync(reader, cancellation);
        return int.TryParse(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new InvalidDataException($"Not a chunk's length: {line}");
    }

    static async Task<byte[]> UntilCloseAsync(WireReader reader, CancellationToken cancellation)
    {
        var body = await reader.RestAsync(cancellation);
        return reader.End == WireEnd.EndOfStream ? body : throw Ended(reader);
    }

    static async Task<byte[]> BytesAsync(WireReader reader, int count, CancellationToken cancellation) =>
        await reader.HasAsync(count, cancellation) ? reader.Take(count) : throw Ended(reader);

    static async Task<string> LineAsync(WireReader reader, CancellationToken cancellation) =>
        await reader.LineAsync(cancellation) ?? throw Ended(reader);

    static EndOfStreamException Ended(WireReader reader) =>
        new($"The connection ended ({reader.End}) where more of a response was awaited, after {reader.Buffered.Length} bytes of it.");
}
