using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Modules.Streams.Storage;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Streams.Tests;

/// <summary>A gateway with Streams at the root of a shared address.</summary>
public class StreamsGateway : IAsyncLifetime, IAsyncDisposable
{
    readonly string _options;
    readonly string _data;
    readonly bool _takesOver;
    GatewayFixture? _gateway;
    int _streams;

    public StreamsGateway() : this("")
    {
    }

    /// <param name="options">Keys of the module's section, as JSON without braces.</param>
    /// <param name="data">The data directory; relative = below the gateway's own folder.</param>
    /// <param name="takesOver">Whether connections leave the web server.</param>
    protected StreamsGateway(string options, string data = "data", bool takesOver = true) =>
        (_options, _data, _takesOver) = (options, data, takesOver);

    public GatewayFixture Gateway => _gateway!;

    public Uri Address => Gateway.Address("Streams");

    internal StreamStore Store => Gateway.Services.GetRequiredService<StreamStore>();

    /// <summary>Starts one as a process of its own, whose data outlives it.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="port">Where it listens; 0 = anywhere.</param>
    /// <param name="options">Keys of the module's section.</param>
    public static Task<GatewayProcess> StartProcessAsync(TemporaryFolder data, int port = 0, string options = "") => GatewayProcess.StartAsync(
        string.Create(CultureInfo.InvariantCulture, $$"""{ "Urls": "http://127.0.0.1:{{port}}", "DataDirectory": "{{data.Path}}", "Modules": { "Streams": { {{options}} } } }"""));

    public static async Task<StreamsGateway> StartAsync(string options, string data = "data")
    {
        var gateway = new StreamsGateway(options, data);
        await gateway.InitializeAsync();
        return gateway;
    }

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync($$"""
        { "TakeOverConnections": {{(_takesOver ? "true" : "false")}}, "Urls": "http://127.0.0.1:0", "DataDirectory": "{{_data}}", "Modules": { "Streams": { {{_options}} } } }
        """);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    Task IAsyncLifetime.DisposeAsync() => Gateway.DisposeAsync().AsTask();

    /// <summary>The path of a stream that nobody has used yet.</summary>
    public string NewStream() => $"/stream/s{Interlocked.Increment(ref _streams)}";

    /// <summary>One request on a connection of its own.</summary>
    public async Task<HttpReply> RequestAsync(string method, string target, string? body = null, params (string Name, string? Value)[] headers)
    {
        await using var client = await WireClient.ConnectAsync(Address);
        return await client.RequestAsync(method, target, body, headers);
    }

    public Task<HttpReply> GetAsync(string target, params (string Name, string? Value)[] headers) => RequestAsync("GET", target, null, headers);

    public Task<HttpReply> HeadAsync(string target) => RequestAsync("HEAD", target);

    /// <summary>A stream that is complete.</summary>
    public async Task<HttpReply> PostAsync(string target, string body, params (string Name, string? Value)[] headers)
    {
        var reply = await RequestAsync("POST", target, body, headers);
        return reply;
    }

    /// <summary>The path of a new stream that is complete.</summary>
    public async Task<string> CompleteAsync(string body, params (string Name, string? Value)[] headers)
    {
        string target = NewStream();
        Assert.Equal(201, (await PostAsync(target, body, headers)).Status);
        return target;
    }

    public Task<LiveProducer> ProduceAsync(string target, params (string Name, string? Value)[] headers) =>
        LiveProducer.BeginAsync(Address, "POST", target, headers);

    public Task<LiveConsumer> ConsumeAsync(string target, params (string Name, string? Value)[] headers) =>
        LiveConsumer.BeginAsync(Address, target, headers);

    /// <summary>A producer that goes on, of which the gateway has a text already.</summary>
    public async Task<LiveProducer> ActiveAsync(string target, string text)
    {
        var producer = await ProduceAsync(target);
        await producer.SendAsync(text);
        await using var consumer = await ConsumeAsync(target);
        await consumer.HasReadAsync(text);
        return producer;
    }

    /// <summary>Waits until the gateway says that a stream is in a state.</summary>
    public Task IsInStateAsync(string target, string state) => Eventually.BecomesTrueAsync(
        async () => (await HeadAsync(target)).Header("X-Stream-State") == state, $"{target} to be {state}");

    /// <summary>The ids that the list shows.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string query = "")
    {
        var reply = await GetAsync($"/stream{query}");
        Assert.Equal(200, reply.Status);
        using var json = JsonDocument.Parse(reply.Text);
        return [.. json.RootElement.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("id").GetString()!)];
    }

    /// <summary>Text of which every line is another.</summary>
    public static string Lines(int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
            text.Append(i).Append('\n');
        return text.ToString();
    }
}
