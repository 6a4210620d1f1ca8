using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>A client that speaks the protocol.</summary>
sealed class RouterClient(WireClient wire) : IAsyncDisposable
{
    public WireClient Wire => wire;

    public Task SendAsync(string json) => wire.SendTextAsync(json);

    public async Task<JsonObject> ReadAsync()
    {
        var frame = await wire.ReadMessageAsync();
        Assert.True(frame.Opcode == WireOpcode.Text, frame.ToString());
        return JsonNode.Parse(frame.Text)!.AsObject();
    }

    /// <summary>The next message must be this one.</summary>
    public async Task ExpectAsync(string json)
    {
        var actual = await ReadAsync();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), actual), $"expected {json}\ngot      {actual.ToJsonString()}");
    }

    /// <summary>Sends an event; the next message must be this one.</summary>
    public async Task AskAsync(string json, string reply)
    {
        await SendAsync(json);
        await ExpectAsync(reply);
    }

    /// <summary>Subscribes; there must be no other message before the reply.</summary>
    public Task SubscribeAsync(string name) => AskAsync(
        $$"""{"event":"subscribe","subscription":"{{name}}"}""", $$"""{"event":"subscribe","subscription":"{{name}}","status":"ok"}""");

    /// <summary>The next message must be a push; returns its data.</summary>
    public async Task<JsonObject> ReadPushAsync(string subscription)
    {
        var push = await ReadAsync();
        Assert.Equal(("message", subscription, true), ((string?)push["event"], (string?)push["subscription"], push.ContainsKey("sent_at")));
        return push;
    }

    /// <summary>The next messages must be pushes with these data.</summary>
    public async Task ExpectPushesAsync(string subscription, params IEnumerable<string> data)
    {
        foreach (string expected in data)
        {
            var push = await ReadPushAsync(subscription);
            Assert.Equal(expected, push["data"]?.ToJsonString() ?? "null");
        }
    }

    /// <summary>Nothing is on its way: the next message is the answer to a ping.</summary>
    public Task ExpectNothingAsync() => AskAsync("""{"event":"ping","data":"sync"}""", """{"event":"pong","data":"sync"}""");

    public static JsonElement Parse(string json) => JsonElement.Parse(json);

    public ValueTask DisposeAsync() => wire.DisposeAsync();
}
