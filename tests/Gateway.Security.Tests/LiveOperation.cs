using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>An operation that goes on: the client hears what is published, until the connection ends.</summary>
/// <param name="Module">The module.</param>
/// <param name="Route">Method and pattern of the endpoint, <c>WS</c> for a WebSocket.</param>
/// <param name="Target">The target.</param>
sealed record LiveOperation(string Module, string Route, string Target)
{
    public static readonly LiveOperation[] All =
    [
        new("Channels", "WS {**path}", "/channels/live"),
        new("JsonStore", "WS {**path}", "/json/live"),
        new("JsonStore", "WS {**path}", "/json?method=reusable") { First = ["""{"type":"subscribe","paths":["live"],"token":"{token}"}"""] },
        new("JsonStore", "GET {**path}", "/json/live") { AsEvents = true },
        new("Router", "WS {**path}", "/router")
        {
            First = ["""{"event":"auth","method":"team","token":"{token}"}""", """{"event":"subscribe","subscription":"books.1"}"""],
        },
        new("Events", "GET events", "/events?sync=none") { AsEvents = true },
        new("Events", "GET sse", "/sse?sync=none") { AsEvents = true },
        new("Streams", "* stream/{**rest}", "/stream/live"),
        new("Streams", "* stream/{**rest}", "/stream/live") { AsEvents = true },
        new("Streams", "WS stream/{**rest}", "/stream/live"),
        new("Streams", "GET spy", "/spy"),
    ];

    /// <summary>What the client sends first, which is answered; <c>{token}</c> is its token. With it, the token stands nowhere else.</summary>
    public string[] First { get; init; } = [];

    /// <summary>Whether it asks for server-sent events.</summary>
    public bool AsEvents { get; init; }

    public bool IsWebSocket => Route.StartsWith("WS ", StringComparison.Ordinal);

    public override string ToString() => $"{Module}: {(IsWebSocket ? "WS" : "GET")} {Target}{(AsEvents ? " as events" : "")}";

    /// <summary>Publishes what the clients of the team hear.</summary>
    /// <param name="teams">The gateway.</param>
    /// <param name="team">The team that publishes.</param>
    /// <param name="token">Its token.</param>
    /// <param name="news">Text of letters, digits and hyphens.</param>
    public async Task PublishAsync(Teams teams, Team team, string token, string news)
    {
        var reply = Module switch
        {
            "Channels" => await teams.RequestAsync(team, Way.Path, token, "POST /channels/live", news),
            "JsonStore" => await teams.RequestAsync(team, Way.Path, token, "PUT /json/live", $"\"{news}\""),
            "Events" => await teams.RequestAsync(team, Way.Path, token, "POST /insert",
                $$"""{"event":"{{news}}","collection_id":"{{Teams.Collection}}","timestamp":0,"data":null}""", ("Content-Type", "application/json")),
            "Streams" => await AppendAsync(teams, team, token, news),
            _ => null,
        };
        if (reply == null)
            await teams.PublishAsync(team, "books.1", $$"""{"subscription":"books.1","data":"{{news}}"}""");
        else
            Assert.True(reply.Status is >= 200 and < 300, $"{this}: {reply} {reply.Text}");
    }

    // The stream stays active: more is said to follow.
    static async Task<HttpReply> AppendAsync(Teams teams, Team team, string token, string news)
    {
        var head = await teams.RequestAsync(team, Way.Path, token, "HEAD /stream/live");
        return head.Status == 404
            ? await teams.RequestAsync(team, Way.Path, token, "POST /stream/live", news, ("Upload-Complete", "?0"))
            : await teams.RequestAsync(team, Way.Path, token, "PATCH /stream/live", news, ("Upload-Complete", "?0"), ("Upload-Offset", head.Header("Upload-Offset")));
    }
}
