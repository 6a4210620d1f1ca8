using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>A gateway with Events at the root, and a client of it.</summary>
public class EventsGateway : IAsyncLifetime, IAsyncDisposable
{
    readonly string _options;
    readonly bool _takesOver;
    GatewayFixture? _gateway;
    int _users;

    public EventsGateway() : this("")
    {
    }

    /// <param name="options">Further keys of the module's section, as JSON without braces.</param>
    /// <param name="takesOver">Whether connections leave the web server.</param>
    protected EventsGateway(string options, bool takesOver = true) => (_options, _takesOver) = (options, takesOver);

    public GatewayFixture Gateway => _gateway!;

    public EventsClient Client { get; private set; } = null!;

    public Uri Address => Gateway.Address("Events");

    public static async Task<EventsGateway> StartAsync(string options = "")
    {
        var gateway = new EventsGateway(options);
        await gateway.InitializeAsync();
        return gateway;
    }

    /// <summary>Another one, whose connections leave the web server or stay as those of this one do.</summary>
    public async Task<EventsGateway> AlikeAsync(string options)
    {
        var gateway = new EventsGateway(options, _takesOver);
        await gateway.InitializeAsync();
        return gateway;
    }

    public async Task InitializeAsync()
    {
        _gateway = await GatewayFixture.StartAsync($$"""
            { "TakeOverConnections": {{(_takesOver ? "true" : "false")}}, "Urls": "http://127.0.0.1:0", "DataDirectory": "{{GatewayFixture.FolderMark}}/data", "Modules": { "Events": { {{_options}} } } }
            """);
        Client = new EventsClient(Address);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Gateway.DisposeAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    /// <summary>Waits until so many events of a user's collection have fired.</summary>
    public Task FiredAsync(TestUser user, int count) => Eventually.BecomesTrueAsync(
        async () => (await Client.CollectionAsync(user, user.Collection)).Count(item => item.GetProperty("published").GetBoolean()) == count,
        $"{count} events to have fired");

    /// <summary>A user that nobody else is, logged in.</summary>
    public Task<TestUser> NewUserAsync(Guid? collection = null) =>
        Client.NewUserAsync($"user{Interlocked.Increment(ref _users)}", collection ?? Guid.NewGuid());
}

/// <summary>Somebody who is logged in.</summary>
public sealed record TestUser(Guid Id, string Name, Guid Collection, string Token);

/// <summary>The requests of the protocol.</summary>
/// <param name="address">Where the gateway is.</param>
/// <param name="prefix">What comes before the paths of the protocol, such as <c>/t/a</c>.</param>
public sealed class EventsClient(Uri address, string prefix = "") : IDisposable
{
    readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public async Task<TestUser> NewUserAsync(string name, Guid collection)
    {
        var made = await SendAsync(HttpMethod.Post, "/users", null, new { username = name, password = "secret", collection_id = collection });
        var login = await SendAsync(HttpMethod.Post, "/login", null, new { username = name, password = "secret" });
        return new(made.Json.GetProperty("id").GetGuid(), name, collection, login.Json.GetProperty("jwt").GetString()!);
    }

    public async Task<JsonElement> InsertAsync(TestUser user, string name, long timestamp, object? data = null, Guid? collection = null)
    {
        var answer = await SendAsync(HttpMethod.Post, "/insert", user.Token,
            new { @event = name, collection_id = collection ?? user.Collection, timestamp, data });
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text}");
        return answer.Json.GetProperty("event");
    }

    public async Task<JsonElement[]> CollectionAsync(TestUser user, Guid collection, string query = "") =>
        [.. (await SendAsync(HttpMethod.Get, $"/events/collections/{collection}{query}", user.Token)).Json.GetProperty("events").EnumerateArray()];

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? token, object? body = null, params (string Name, string Value)[] headers)
    {
        using var content = body switch
        {
            null => null,
            HttpContent given => given,
            _ => JsonContent.Create(body),
        };
        using var request = new HttpRequestMessage(method, prefix + path) { Content = content };
        if (token != null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.ToString(),
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public static StringContent Raw(string json, string type = "application/json") => new(json, System.Text.Encoding.UTF8, type);

    /// <summary>Opens the stream.</summary>
    public Task<SseClient> StreamAsync(string query = "", string? token = null, string? lastEventId = null) =>
        SseClient.OpenAsync(_http, $"{prefix}/events{query}", token, lastEventId);

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer to a request.</summary>
public sealed record Answer(int Status, string Text, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;
}
