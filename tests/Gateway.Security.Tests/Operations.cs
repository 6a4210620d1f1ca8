using System.Text.Json;

namespace Gateway.Security.Tests;

/// <summary>Every operation of every module that is done by one request. Those that go on are <see cref="LiveOperation"/>s.</summary>
static class Operations
{
    /// <summary>What the owner stores.</summary>
    public const string Secret = "acme-secret";

    static readonly (string, string?)[] Json = [("Content-Type", "application/json")];
    static readonly (string, string?)[] MergePatch = [("Content-Type", "application/merge-patch+json")];

    const string Account = $$"""{"username":"bob","password":"{{Team.Password}}","collection_id":"{{Teams.Collection}}"}""";
    const string Event = $$"""{"event":"sale","collection_id":"{{Teams.Collection}}","timestamp":4102444800,"data":"{{Secret}}"}""";

    public static readonly Operation[] All =
    [
        new("Channels", "POST {**path}", Turn.Change, "POST /channels/room", 200, 200) { Body = Secret },
        new("Channels", "GET {**path}", Turn.Read, "GET /channels/room", 200, 200) { Headers = [("Accept", "text/html")], IsPublic = true },

        new("JsonStore", "PUT {**path}", Turn.Store, "PUT /json/shop", 202, 202) { Body = $"\"{Secret}\"" },
        new("JsonStore", "GET {**path}", Turn.Read, "GET /json/shop", 200, 404) { Shows = Secret },
        new("JsonStore", "GET {**path}", Turn.Read, "GET /json", 200, 200) { Shows = Secret },
        new("JsonStore", "HEAD {**path}", Turn.Read, "HEAD /json/shop", 200, 404),
        new("JsonStore", "PUT {**path}", Turn.Change, "PUT /json/shop", 202, 202) { Body = "2" },
        new("JsonStore", "PATCH {**path}", Turn.Change, "PATCH /json/shop", 202, 202) { Body = """{"open":true}""", Headers = MergePatch },
        new("JsonStore", "DELETE {**path}", Turn.Change, "DELETE /json/shop", 202, 202),

        new("Router", "GET {**path}", Turn.Read, "GET /router", 426, 426) { IsPublic = true },

        new("Events", "POST users", Turn.Store, "POST /users", 200, 200) { Body = Account, Headers = Json, IsPublic = true },
        new("Events", "POST login", Turn.Read, "POST /login", 200, 401) { Body = Account, Headers = Json, IsPublic = true, Shows = "jwt", IsNeverTheSame = true },
        new("Events", "POST users", Turn.Change, "POST /users", 400, 200) { Body = Account, Headers = Json, IsPublic = true },
        new("Events", "POST insert", Turn.Store, "POST /insert", 200, 200)
        {
            Body = Event,
            Headers = Json,
            Keeps = ("id", reply => JsonDocument.Parse(reply.Text).RootElement.GetProperty("event").GetProperty("id").ToString()),
        },
        new("Events", "POST events/batch", Turn.Store, "POST /events/batch", 200, 200) { Body = $$"""{"events":[{{Event}}]}""", Headers = Json },
        new("Events", "GET events/collections/{id}", Turn.Read, $"GET /events/collections/{Teams.Collection}", 200, 200) { Shows = Secret },
        new("Events", "GET collections/{id}", Turn.Read, $"GET /collections/{Teams.Collection}", 200, 200) { Shows = Secret },
        new("Events", "GET events/user", Turn.Read, "GET /events/user", 200, 200) { Shows = Secret },
        new("Events", "GET user_events", Turn.Read, "GET /user_events", 200, 200) { Shows = Secret },
        new("Events", "PATCH events/{id}", Turn.Change, "PATCH /events/{id}", 200, 404) { Body = """{"timestamp":4102444801}""", Headers = Json },
        new("Events", "GET events/{id}/cancel", Turn.Change, "GET /events/{id}/cancel", 200, 404),
        new("Events", "GET cancel/{id}", Turn.Change, "GET /cancel/{id}", 200, 404),
        new("Events", "POST events/{id}/cancel", Turn.Change, "POST /events/{id}/cancel", 200, 404),
        new("Events", "POST cancel/{id}", Turn.Change, "POST /cancel/{id}", 200, 404),
        new("Events", "DELETE events/{id}", Turn.Change, "DELETE /events/{id}", 200, 404),
        new("Events", "POST events/ticket", Turn.Store, "POST /events/ticket", 200, 200)
        {
            Keeps = ("ticket", reply => JsonDocument.Parse(reply.Text).RootElement.GetProperty("ticket").GetString()!),
        },
        new("Events", "GET events", Turn.Try, "GET /events?ticket={ticket}", 0, 401),
        new("Events", "GET sse", Turn.Try, "GET /sse?ticket={ticket}", 0, 401),
        new("Events", "GET events/page", Turn.Read, "GET /events/page", 200, 200) { IsPublic = true },

        new("Streams", "* stream/{**rest}", Turn.Store, "POST /stream/build-7-log", 201, 201) { Body = Secret },
        new("Streams", "* stream/{**rest}", Turn.Store, "POST /stream", 201, 201) { Body = Secret, Keeps = ("stream", reply => reply.Header("X-Stream-Id")!) },
        new("Streams", "* stream/{**rest}", Turn.Read, "GET /stream/build-7-log?notail", 200, 404) { Shows = Secret },
        new("Streams", "* stream/{**rest}", Turn.Read, "GET /stream/{stream}", 200, 404) { Shows = Secret },
        new("Streams", "* stream/{**rest}", Turn.Read, "HEAD /stream/build-7-log", 200, 404),
        new("Streams", "* stream/{**rest}", Turn.Read, "GET /stream", 200, 200) { Shows = "build-7-log" },
        new("Streams", "* stream/{**rest}", Turn.Change, "PATCH /stream/build-7-log", 409, 404) { Body = "more", Headers = [("Upload-Offset", "11")] },
        new("Streams", "* stream/{**rest}", Turn.Change, "DELETE /stream/{stream}", 200, 404),
        new("Streams", "* stream/{**rest}", Turn.Change, "DELETE /stream/build/7", 200, 200),
    ];
}
