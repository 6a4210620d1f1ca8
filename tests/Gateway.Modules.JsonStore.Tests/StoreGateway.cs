using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>A gateway whose JsonStore has an address of its own, as Icepeak's clients expect it.</summary>
public class StoreGateway : IAsyncLifetime, IAsyncDisposable
{
    readonly string _options;
    readonly bool _takesOver;
    GatewayFixture? _gateway;
    int _keys;

    public StoreGateway() : this("")
    {
    }

    /// <param name="options">Further keys of the module's section, as JSON without braces.</param>
    /// <param name="takesOver">Whether connections leave the web server.</param>
    protected StoreGateway(string options, bool takesOver = true) => (_options, _takesOver) = (options, takesOver);

    public GatewayFixture Gateway => _gateway!;

    public Uri Address => Gateway.Address("JsonStore", 1);

    public static async Task<StoreGateway> StartAsync(string options = "")
    {
        var gateway = new StoreGateway(options);
        await gateway.InitializeAsync();
        return gateway;
    }

    /// <summary>Another one, whose connections leave the web server or stay as those of this one do.</summary>
    public async Task<StoreGateway> AlikeAsync(string options)
    {
        var gateway = new StoreGateway(options, _takesOver);
        await gateway.InitializeAsync();
        return gateway;
    }

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync($$"""
        {
          "TakeOverConnections": {{(_takesOver ? "true" : "false")}},
          "Urls": "http://127.0.0.1:0",
          "Auth": { "jwt": { "Type": "Jwt", "Secret": "{{Tokens.Secret}}" } },
          "Modules": { "JsonStore": { "Listen": "http://127.0.0.1:0", {{_options}} } }
        }
        """);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    Task IAsyncLifetime.DisposeAsync() => Gateway.DisposeAsync().AsTask();

    /// <summary>A path that nobody has used yet.</summary>
    public string NewPath() => $"/key{Interlocked.Increment(ref _keys)}";

    public Task<WireClient> ConnectAsync(int? receiveBufferSize = null) => WireClient.ConnectAsync(Address, receiveBufferSize);

    /// <summary>One request on a connection of its own.</summary>
    public async Task<HttpReply> RequestAsync(string method, string target, string? body = null, params (string Name, string? Value)[] headers)
    {
        await using var client = await ConnectAsync();
        return await client.RequestAsync(method, target, body, headers);
    }

    /// <summary>A PUT that must succeed.</summary>
    public async Task PutAsync(string target, string body)
    {
        var reply = await RequestAsync("PUT", target, body);
        Assert.True(reply.Status == 202, reply.ToString());
    }

    /// <summary>The value at a path, as text; null if there is none.</summary>
    public async Task<string?> GetAsync(string target)
    {
        var reply = await RequestAsync("GET", target);
        return reply.Status switch
        {
            200 => reply.Text,
            404 => null,
            _ => throw new InvalidOperationException(reply.ToString()),
        };
    }

    /// <summary>A WebSocket.</summary>
    public async Task<WireClient> OpenAsync(string target, int? receiveBufferSize = null)
    {
        var client = await ConnectAsync(receiveBufferSize);
        var reply = await client.UpgradeAsync(target);
        Assert.True(reply.Status == 101, reply.ToString());
        return client;
    }
}
