using System.Net.Http.Headers;

namespace Gateway.Modules.Events.Tests;

/// <summary>An event as an EventSource dispatches it.</summary>
public sealed record SseEvent(string Name, string Data, string Id);

/// <summary>A stream, parsed as HTML, section 9.2.6, has it.</summary>
public sealed class SseClient : IDisposable
{
    readonly HttpResponseMessage _response;
    readonly StreamReader _reader;
    Task<string?>? _line;

    SseClient(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    public HttpResponseMessage Response => _response;

    /// <summary>What a browser would send when it comes back.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>How many comments there were.</summary>
    public int Comments { get; private set; }

    /// <summary>What the server asked for, in milliseconds.</summary>
    public string? Retry { get; private set; }

    public static async Task<SseClient> OpenAsync(HttpClient http, string path, string? token, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (token != null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastEventId != null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<SseEvent?> ReadAsync(TimeSpan? limit = null)
    {
        string name = "message", id = LastEventId;
        List<string> data = [];
        while (await ReadLineAsync(limit) is { } line)
        {
            if (line.Length == 0)
            {
                LastEventId = id;
                if (data.Count > 0)
                    return new(name, string.Join('\n', data), id);
                name = "message";
                continue;
            }
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon == 0)
            {
                Comments++;
                continue;
            }
            string field = colon < 0 ? line : line[..colon];
            string value = colon < 0 ? "" : line[(colon + 1)..].TrimStart(' ');
            switch (field)
            {
                case "event": name = value; break;
                case "data": data.Add(value); break;
                case "id": id = value; break;
                case "retry": Retry = value; break;
                default: break;
            }
        }
        return null;
    }

    /// <summary>So many events.</summary>
    public async Task<List<SseEvent>> ReadAsync(int count)
    {
        var events = new List<SseEvent>();
        while (events.Count < count)
            events.Add(await ReadAsync() ?? throw new InvalidOperationException($"The stream ended after {events.Count} events."));
        return events;
    }

    public void Dispose()
    {
        _response.Dispose();
        _reader.Dispose();
    }

    // A read that a limit has ended goes on: its line is not lost.
    async Task<string?> ReadLineAsync(TimeSpan? limit)
    {
        _line ??= _reader.ReadLineAsync();
        string? line = await _line.WaitAsync(limit ?? TimeSpan.FromSeconds(30));
        _line = null;
        return line;
    }
}
