using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>A gateway with all modules and two teams, each of which has the same names for everything.</summary>
sealed class Teams : IAsyncDisposable
{
    /// <summary>A collection of Events that both teams use.</summary>
    public const string Collection = "3be1fd1e-4bd4-4d0c-9a39-4a0a2b3d7c11";

    public static readonly Team Acme = new("acme");
    public static readonly Team Bolt = new("bolt");

    readonly GatewayFixture _gateway;

    Teams(GatewayFixture gateway) => _gateway = gateway;

    public GatewayFixture Gateway => _gateway;

    /// <summary>Starts one.</summary>
    /// <param name="limits">The value of each team's <c>Limits</c>.</param>
    public static async Task<Teams> StartAsync(string limits = "{}") => new(await GatewayFixture.StartAsync($$"""
        {
          "Urls": "http://127.0.0.1:0",
          "DataDirectory": "{{GatewayFixture.FolderMark}}/data",
          "Redis": { "EmbeddedPort": 0 },
          "Auth": { "team": { "Type": "Jwt", "Secret": "{{new Team("default").Secret}}" } },
          "Modules": {
            "Channels": { "Auth": "team" },
            "Events": { "PublicStream": false },
            "JsonStore": { "Auth": "team" },
            "Router": { "Auth": "team", "Services": { "books": {} } },
            "Streams": { "Auth": "team" }
          },
          "Tenants": { {{Section(Acme, limits)}}, {{Section(Bolt, limits)}} }
        }
        """));

    /// <summary>Sends a request to a team's door.</summary>
    /// <param name="team">Whose door.</param>
    /// <param name="way">How the door is found.</param>
    /// <param name="token">What the client presents.</param>
    /// <param name="request">Method and target, as if the team were alone.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<HttpReply> RequestAsync(
        Team team, Way way, string? token, string request, string? body = null, params (string Name, string? Value)[] headers)
    {
        await using var client = await ConnectAsync();
        string[] parts = request.Split(' ');
        return await client.RequestAsync(parts[0], Target(team, way, parts[1]), body, [.. Headers(team, way, token), .. headers]);
    }

    public Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(_gateway.Address("Channels"));

    /// <summary>A team's target, by one of the ways to its door.</summary>
    public static string Target(Team team, Way way, string target) => way == Way.Path ? $"/t/{team.Name}{target}" : target;

    public static (string Name, string? Value)[] Headers(Team team, Way way, string? token)
    {
        (string, string?)[] host = way == Way.Host ? [("Host", team.Host)] : [];
        return token == null ? host : [.. host, ("Authorization", $"Bearer {token}")];
    }

    /// <summary>Publishes at Redis as a team's service does.</summary>
    public async Task PublishAsync(Team team, string name, string payload)
    {
        await using var redis = await WireClient.ConnectAsync(new Uri(_gateway.EmbeddedRedis!.Replace("redis:", "http:", StringComparison.Ordinal)));
        await redis.SendAsync($"PUBLISH {team.Name}:{name} {payload}\r\n");
        Assert.Equal((byte)':', (await redis.ReadBytesAsync(1))[0]);
    }

    /// <summary>Takes a token back.</summary>
    public async Task RevokeAsync(Team team, string token)
    {
        await using var client = await ConnectAsync();
        var reply = await client.RequestAsync("POST", "/admin/api/revocations", $$"""{"tenant":"{{team.Name}}","token":"{{token}}"}""",
            ("Content-Type", "application/json"));
        Assert.True(reply.Status == 200, reply.ToString());
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    static string Section(Team team, string limits) => $$"""
        "{{team.Name}}": { "Hosts": ["{{team.Host}}"], "Auth": { "team": { "Type": "Jwt", "Secret": "{{team.Secret}}" } }, "Limits": {{limits}} }
        """;
}
