using System.Text;
using Gateway.Core.Topics;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Channels.Tests;

/// <summary>A gateway with Channels behind every <see cref="Door"/>.</summary>
public class ChannelsGateway : IAsyncLifetime, IAsyncDisposable
{
    readonly string _options;
    GatewayFixture? _gateway;
    int _channels;

    public ChannelsGateway() : this("")
    {
    }

    /// <param name="options">Further keys of the module's section, as JSON without braces.</param>
    protected ChannelsGateway(string options) => _options = options;

    public GatewayFixture Gateway => _gateway!;

    public TopicHub<ChannelsModule> Topics => Gateway.Services.GetRequiredService<TopicHub<ChannelsModule>>();

    public static async Task<ChannelsGateway> StartAsync(string options = "")
    {
        var gateway = new ChannelsGateway(options);
        await gateway.InitializeAsync();
        return gateway;
    }

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync($$"""
        {
          "Urls": ["http://127.0.0.1:0", "https://127.0.0.1:0"],
          "Tls": { "Certificate": "cert.pem", "Key": "key.pem" },
          "Modules": {
            "Channels": {
              "Listen": ["http://127.0.0.1:0", "https://127.0.0.1:0", "http://unix:{{GatewayFixture.FolderMark}}/channels.sock"],
              {{_options}}
            }
          }
        }
        """);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    Task IAsyncLifetime.DisposeAsync() => Gateway.DisposeAsync().AsTask();

    /// <summary>A channel that nobody has used yet.</summary>
    public string NewChannel() => $"/channel{Interlocked.Increment(ref _channels)}";

    public Uri Address(Door door) => Gateway.Address("Channels", (int)door);

    /// <summary>The path of a channel as it is asked for at a door.</summary>
    public static string Target(Door door, string channel) =>
        door is Door.SharedPath or Door.SharedPathTls ? $"/channels{channel}" : channel;

    public Task<WireClient> ConnectAsync(Door door, int? receiveBufferSize = null) =>
        WireClient.ConnectAsync(Address(door), receiveBufferSize);

    /// <summary>A WebSocket whose subscription is known to be in force: the gateway has answered on it.</summary>
    public async Task<WireClient> SubscribeAsync(Door door, string channel, int? receiveBufferSize = null)
    {
        var client = await ConnectAsync(door, receiveBufferSize);
        var reply = await client.UpgradeAsync(Target(door, channel));
        Assert.True(reply.Status == 101, reply.ToString());
        await client.SyncAsync();
        return client;
    }

    /// <summary>Many of those.</summary>
    public async Task<Clients> SubscribeManyAsync(Door door, string channel, int count)
    {
        var clients = new Clients();
        for (int i = 0; i < count; i++)
            clients.Add(await SubscribeAsync(door, channel));
        return clients;
    }

    /// <summary>One request on a connection of its own.</summary>
    public async Task<HttpReply> RequestAsync(
        Door door, string method, string channel, string? body = null, params (string Name, string? Value)[] headers)
    {
        await using var client = await ConnectAsync(door);
        return await client.RequestAsync(method, Target(door, channel), body, headers);
    }

    public Task<HttpReply> PostAsync(Door door, string channel, string body, params (string Name, string? Value)[] headers) =>
        RequestAsync(door, "POST", channel, body, headers);

    public async Task<HttpReply> PostAsync(Door door, string channel, byte[] body, string? contentType = null)
    {
        await using var client = await ConnectAsync(door);
        string type = contentType == null ? "" : $"Content-Type: {contentType}\r\n";
        byte[] head = Encoding.ASCII.GetBytes($"POST {Target(door, channel)} HTTP/1.1\r\nHost: localhost\r\n{type}Content-Length: {body.Length}\r\n\r\n");
        await client.SendAsync((byte[])[.. head, .. body]);
        return await client.ReadReplyAsync();
    }

    /// <summary>The answer to a request for a WebSocket, which may be a refusal.</summary>
    public async Task<HttpReply> UpgradeAsync(Door door, string channel, params (string Name, string? Value)[] headers)
    {
        await using var client = await ConnectAsync(door);
        return await client.UpgradeAsync(Target(door, channel), headers);
    }

    /// <summary>Waits until the gateway has seen the end of every connection, and of at least so many since its start.</summary>
    public Task IsDesertedAsync(int closed = 0) => Eventually.BecomesTrueAsync(
        async () =>
        {
            var metrics = await Gateway.MetricsAsync();
            return Topics.Count == 0 && metrics.Sum("gateway_connections") == 0 && metrics.Sum("gateway_connections_closed_total") >= closed;
        },
        "the gateway to be without connections and topics");
}
