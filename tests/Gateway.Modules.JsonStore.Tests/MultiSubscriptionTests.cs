using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class MultiSubscriptionTests(MultiSubscriptionTests.Patient store) : IClassFixture<MultiSubscriptionTests.Patient>
{
    const string Reusable = "/?method=reusable";

    [Theory]
    [InlineData("Hello", 3003, "Received a payload that resulted in a JSON decode error")]
    [InlineData("", 3003, "Received a payload that resulted in a JSON decode error")]
    [InlineData("3", 3004, "Received a JSON payload which is not an object")]
    [InlineData("[]", 3004, "Received a JSON payload which is not an object")]
    [InlineData("""{"type":"subskribe"}""", 3005, "Received a payload with a missing or unexpected value for 'type'")]
    [InlineData("""{"type":7}""", 3005, "Received a payload with a missing or unexpected value for 'type'")]
    [InlineData("{}", 3005, "Received a payload with a missing or unexpected value for 'type'")]
    public async Task A_message_that_is_none_closes_with(string message, int code, string reason)
    {
        await using var client = await store.OpenAsync(Reusable);
        await client.SendTextAsync(message);

        var close = await client.ReadMessageAsync();

        Assert.Equal((WireOpcode.Close, code, reason), (close.Opcode, close.CloseCode, close.CloseReason));
    }

    [Fact]
    public async Task Binary_closes_with_3002_and_too_much_with_3001()
    {
        await using var binary = await store.OpenAsync(Reusable);
        await binary.SendBinaryAsync("{}"u8.ToArray());
        Assert.Equal(3002, (await binary.ReadMessageAsync()).CloseCode);

        await using var large = await store.OpenAsync(Reusable);
        await large.SendTextAsync(new string('\0', 1_000_001));
        var close = await large.ReadMessageAsync();
        Assert.Equal((3001, "Received a payload size that is out of bounds"), (close.CloseCode, close.CloseReason));

        await using var largest = await store.OpenAsync(Reusable);
        await largest.SendTextAsync(new string('\0', 1_000_000));
        Assert.Equal(3003, (await largest.ReadMessageAsync()).CloseCode);
    }

    [Fact]
    public async Task Subscribing_is_answered_with_the_values_in_the_order_asked_for()
    {
        string root = await DocumentAsync();
        await using var client = await store.OpenAsync(Reusable);

        await client.SendTextAsync($$"""{"type":"subscribe","paths":["{{root}}/A/B","{{root}}/A/A","{{root}}/NULL","{{root}}/A/B"],"token":null,"more":[]}""");

        Assert.Equal(
            """{"code":200,"extra":{},"message":"You've been successfully subscribed to the paths","paths":[""" +
            $$"""{"path":"{{root}}/A/B","value":"B"},{"path":"{{root}}/A/A","value":"A"},{"path":"{{root}}/NULL","value":null},{"path":"{{root}}/A/B","value":"B"}],"type":"subscribe"}""",
            await client.ReadTextAsync());
    }

    [Fact]
    public async Task Updates_name_their_path()
    {
        string root = await DocumentAsync();
        await using var client = await SubscribeAsync($"{root}/A/B", $"{root}/A/A", $"{root}/NULL");

        await store.PutAsync($"/{root}/A/A", "\"C\"");
        Assert.Equal($$"""{"path":"{{root}}/A/A","type":"update","value":"C"}""", await client.ReadTextAsync());
        await store.PutAsync($"/{root}/A", "\"C\"");
        var both = new[] { await client.ReadTextAsync(), await client.ReadTextAsync() };
        Assert.Equal([$$"""{"path":"{{root}}/A/A","type":"update","value":null}""", $$"""{"path":"{{root}}/A/B","type":"update","value":null}"""], both.Order(StringComparer.Ordinal));
        await store.PutAsync($"/{root}/A/A", "\"C\"");
        Assert.Equal($$"""{"path":"{{root}}/A/A","type":"update","value":"C"}""", await client.ReadTextAsync());
        await store.RequestAsync("DELETE", $"/{root}/A/A");
        Assert.Equal($$"""{"path":"{{root}}/A/A","type":"update","value":null}""", await client.ReadTextAsync());
        await store.PutAsync($"/{root}/A/A", "\"D\"");
        Assert.Equal($$"""{"path":"{{root}}/A/A","type":"update","value":"D"}""", await client.ReadTextAsync());
        await client.IsSilentAsync();
    }

    [Fact]
    public async Task Unsubscribing_lists_what_was_subscribed_and_ends_its_updates()
    {
        string root = await DocumentAsync();
        await using var client = await SubscribeAsync($"{root}/A/B", $"{root}/A/A");

        Assert.Equal(
            $$"""{"code":200,"extra":{},"message":"You've been successfully unsubscribed from the paths","paths":["{{root}}/A/B","{{root}}/A/A"],"type":"unsubscribe"}""",
            await AskAsync(client, $$"""{"type":"unsubscribe","paths":["{{root}}/A/B","{{root}}/A/A"]}"""));
        Assert.Contains("\"paths\":[]", await AskAsync(client, $$"""{"type":"unsubscribe","paths":["{{root}}/C/D","E"]}"""), StringComparison.Ordinal);
        await store.PutAsync($"/{root}/A/B", "\"C\"");
        await client.IsSilentAsync();
        Assert.Contains("\"value\":\"C\"", await AskAsync(client, $$"""{"type":"subscribe","paths":["{{root}}/A/B"]}"""), StringComparison.Ordinal);
        await store.PutAsync($"/{root}/A/B", "\"D\"");
        Assert.Equal($$"""{"path":"{{root}}/A/B","type":"update","value":"D"}""", await client.ReadTextAsync());
        await client.IsSilentAsync();
    }

    [Fact]
    public async Task Paths_are_split_and_nothing_more()
    {
        string root = store.NewPath()[1..];
        await store.PutAsync($"/{root}", """{"":{"a":1},"a":{"":2},"%2F":3,"a+b":4}""");
        await store.PutAsync("//slashed", "5");

        await using var client = await store.OpenAsync(Reusable);
        string answer = await AskAsync(client, $$"""{"type":"subscribe","paths":["{{root}}//a","{{root}}/a/","{{root}}/%2F","{{root}}/a+b","/slashed",""]}""");

        using var parsed = JsonDocument.Parse(answer);
        var values = parsed.RootElement.GetProperty("paths").EnumerateArray().Select(path => path.GetProperty("value").GetRawText()).ToArray();
        Assert.Equal(["1", "2", "3", "4", "5"], values[..5]);
        Assert.Contains("\"slashed\":5", values[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribing_again_answers_again_and_updates_once()
    {
        string path = store.NewPath()[1..];
        await using var client = await SubscribeAsync(path);
        await AskAsync(client, $$"""{"type":"subscribe","paths":["{{path}}"]}""");

        await store.PutAsync($"/{path}", "1");

        Assert.Equal($$"""{"path":"{{path}}","type":"update","value":1}""", await client.ReadTextAsync());
        await client.IsSilentAsync();
    }

    [Theory]
    [InlineData("""{"type":"subscribe"}""", "Subscribe request payload is malformed", "Subscribe paths are missing or malformed: Error in $")]
    [InlineData("""{"type":"subscribe","paths":"a"}""", "Subscribe request payload is malformed", "Subscribe paths are missing or malformed: Error in $")]
    [InlineData("""{"type":"subscribe","paths":["a",1]}""", "Subscribe request payload is malformed", "Subscribe paths are missing or malformed: Error in $")]
    [InlineData("""{"type":"subscribe","paths":["a"],"token":1}""", "Subscribe request payload is malformed", "Subscribe token is not a string: Error in $")]
    [InlineData("""{"type":"unsubscribe","paths":null}""", "Unsubscribe request payload is malformed", "Unsubscribe paths are missing or malformed: Error in $")]
    public async Task A_malformed_request_is_answered_400_and_the_connection_stays(string request, string message, string extra)
    {
        await using var client = await store.OpenAsync(Reusable);

        using var answer = JsonDocument.Parse(await AskAsync(client, request));

        Assert.Equal(400, answer.RootElement.GetProperty("code").GetInt32());
        Assert.Equal(message, answer.RootElement.GetProperty("message").GetString());
        Assert.StartsWith(extra, answer.RootElement.GetProperty("extra").GetString(), StringComparison.Ordinal);
        Assert.False(answer.RootElement.TryGetProperty("paths", out _));
        Assert.Contains("\"code\":200", await AskAsync(client, """{"type":"subscribe","paths":[]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_subscribes_to_nothing_in_time_is_sent_away()
    {
        await using var impatient = await StoreGateway.StartAsync("\"FirstSubscribeDeadline\": \"00:00:00.5\"");
        await using var silent = await impatient.OpenAsync(Reusable);
        await using var busy = await impatient.OpenAsync(Reusable);
        await using var prompt = await impatient.OpenAsync(Reusable);
        await AskAsync(busy, """{"type":"unsubscribe","paths":["a"]}""");
        await AskAsync(prompt, """{"type":"subscribe","paths":["a"]}""");

        Assert.Equal(4000, (await silent.ReadMessageAsync()).CloseCode);
        Assert.Equal(4000, (await busy.ReadMessageAsync()).CloseCode);
        await AskAsync(prompt, """{"type":"unsubscribe","paths":["a"]}""");
        await prompt.IsSilentAsync();
    }

    [Fact]
    public async Task Each_request_is_allowed_by_its_own_token()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\", \"FirstSubscribeDeadline\": \"0\"");
        await using var client = await secured.OpenAsync(Reusable);

        Assert.Equal(
            """{"code":401,"extra":null,"message":"No authorisation token provided","paths":["a","b"],"type":"subscribe"}""",
            await AskAsync(client, """{"type":"subscribe","paths":["a","b"]}"""));
        Assert.Equal(
            """{"code":403,"extra":{"unauthorisedPaths":[["b","c"]]},"message":"Some paths are not authorised by the provided JWT claim","paths":["a","b/c"],"type":"subscribe"}""",
            await AskAsync(client, Subscribe(Tokens.For("\"read\"", "\"/a\""), "a", "b/c")));
        Assert.Contains("\"code\":200", await AskAsync(client, Subscribe(Tokens.For("\"read\"", "\"/a\""), "a")), StringComparison.Ordinal);
        Assert.Contains("\"code\":401", await AskAsync(client, """{"type":"subscribe","paths":["a"]}"""), StringComparison.Ordinal);
        await secured.RequestAsync("PUT", "/a", "1", ("Authorization", $"Bearer {Tokens.For("\"write\"", "\"/a\"")}"));
        Assert.Equal("""{"path":"a","type":"update","value":1}""", await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_bad_token_is_403_and_says_why()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\", \"FirstSubscribeDeadline\": \"0\"");
        await using var client = await secured.OpenAsync(Reusable);
        string good = Tokens.For("\"read\"", "\"/*\"");
        foreach (var (token, message) in new[]
        {
            ("nonsense", "VerificationError TokenInvalid"),
            (good[..^2] + (good.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"), "VerificationError TokenSignatureInvalid"),
            (Tokens.For("\"read\"", "\"/*\"", DateTimeOffset.UtcNow.AddMinutes(-10)), "VerificationError TokenExpired"),
            (Tokens.Sign("""{"nbf":9999999999}"""), "VerificationError TokenUsedTooEarly"),
            (Tokens.Sign("{}"), "ClaimError "),
            (Tokens.Sign("""{"gateway":{"version":2}}"""), "ClaimError "),
        })
        {
            using var answer = JsonDocument.Parse(await AskAsync(client, Subscribe(token, "a")));
            Assert.Equal(403, answer.RootElement.GetProperty("code").GetInt32());
            Assert.StartsWith($"Error while extracting claim from JWT: {message}", answer.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_connection_ends_with_the_first_of_its_tokens_to_expire()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\", \"FirstSubscribeDeadline\": \"0\"");
        await using var client = await secured.OpenAsync(Reusable);
        await AskAsync(client, Subscribe(Tokens.For("\"read\"", "\"/*\"", DateTimeOffset.UtcNow.AddMinutes(5)), "a"));

        string answer = await AskAsync(client, Subscribe(Tokens.For("\"read\"", "\"/*\"", DateTimeOffset.UtcNow.AddSeconds(3)), "b"));

        Assert.Contains("\"code\":200", answer, StringComparison.Ordinal);
        Assert.Equal(1008, (await client.ReadMessageAsync()).CloseCode);
    }

    [Fact]
    public async Task A_connection_ends_when_a_token_is_revoked_by_which_it_has_a_path()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\", \"FirstSubscribeDeadline\": \"0\"");
        string first = Tokens.For("\"read\"", "\"/a\""), second = Tokens.For("\"read\"", "\"/b\"");
        await using var client = await secured.OpenAsync(Reusable);
        await AskAsync(client, Subscribe(first, "a"));
        await AskAsync(client, Subscribe(second, "b"));

        await RevokeAsync(secured, first);

        var close = await client.ReadMessageAsync();
        Assert.Equal((1008, "the token has been revoked"), (close.CloseCode, close.CloseReason));
        await using var again = await secured.OpenAsync(Reusable);
        string answer = await AskAsync(again, Subscribe(first, "a"));
        Assert.Contains("\"code\":403", answer, StringComparison.Ordinal);
        Assert.Contains("TokenRevoked", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":200", await AskAsync(again, Subscribe(second, "b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_another_has_replaced_or_whose_paths_are_gone_may_end()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\", \"FirstSubscribeDeadline\": \"0\"");
        string replaced = Tokens.For("\"read\"", "\"/a\""), unused = Tokens.For("\"read\"", "\"/b\""), good = Tokens.For("\"read\", \"write\"", "\"/*\"");
        await using var client = await secured.OpenAsync(Reusable);
        await AskAsync(client, Subscribe(replaced, "a"));
        await AskAsync(client, Subscribe(unused, "b", "b"));
        await AskAsync(client, Subscribe(good, "a"));
        await AskAsync(client, """{"type":"unsubscribe","paths":["b"]}""");

        await RevokeAsync(secured, replaced);
        await RevokeAsync(secured, unused);

        Assert.Equal(202, (await secured.RequestAsync("PUT", "/a", "1", ("Authorization", $"Bearer {good}"))).Status);
        Assert.Equal("""{"path":"a","type":"update","value":1}""", await client.ReadTextAsync());
        await RevokeAsync(secured, good);
        Assert.Equal(1008, (await client.ReadMessageAsync()).CloseCode);
    }

    [Fact]
    public async Task Refusals_are_counted_like_those_of_requests()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\", \"FirstSubscribeDeadline\": \"0\"");
        await using var client = await secured.OpenAsync(Reusable);
        await AskAsync(client, Subscribe(null, "a"));
        await AskAsync(client, Subscribe("nonsense", "a"));
        await AskAsync(client, Subscribe(Tokens.For("\"read\"", "\"/a\""), "b", "c"));

        var metrics = await secured.Gateway.MetricsAsync();

        foreach (string code in new[] { "token_missing", "token_malformed", "grant_missing" })
            Assert.Equal(1, metrics.Sum("gateway_auth_refused_total", ("module", "JsonStore"), ("code", code)));
    }

    [Fact]
    public async Task A_connection_may_have_so_many_paths()
    {
        await using var small = await StoreGateway.StartAsync("\"MaxSubscriptions\": 3, \"FirstSubscribeDeadline\": \"0\"");
        await using var client = await small.OpenAsync(Reusable);
        Assert.Contains("\"code\":200", await AskAsync(client, Subscribe(null, "a", "b", "a")), StringComparison.Ordinal);

        string refused = await AskAsync(client, Subscribe(null, "c", "d"));

        Assert.Equal(
            """{"code":429,"extra":"At most 3 are allowed; one with many names or characters counts as several","message":"Too many paths on one connection","paths":["c","d"],"type":"subscribe"}""",
            refused);
        Assert.Contains("\"code\":429", await AskAsync(client, Subscribe(null, string.Concat(Enumerable.Repeat("a/", 16)))), StringComparison.Ordinal);
        Assert.Contains("\"code\":429", await AskAsync(client, Subscribe(null, new string('a', 256))), StringComparison.Ordinal);
        Assert.Contains("\"code\":200", await AskAsync(client, Subscribe(null, "c", "b")), StringComparison.Ordinal);
        await AskAsync(client, """{"type":"unsubscribe","paths":["a"]}""");
        Assert.Contains("\"code\":200", await AskAsync(client, Subscribe(null, "d")), StringComparison.Ordinal);
        await small.PutAsync("/d", "1");
        Assert.Equal("""{"path":"d","type":"update","value":1}""", await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_short_request_cannot_have_an_endless_answer()
    {
        await using var small = await StoreGateway.StartAsync("\"MaxBodyBytes\": 100000, \"FirstSubscribeDeadline\": \"0\"");
        await small.PutAsync("/a", $"\"{new string('x', 90_000)}\"");
        await small.PutAsync("/b", $"\"{new string('x', 90_000)}\"");
        await using var client = await small.OpenAsync(Reusable);

        string answer = await AskAsync(client, Subscribe(null, [.. Enumerable.Repeat("a", 100)]));

        Assert.StartsWith("{\"code\":413", answer, StringComparison.Ordinal);
        Assert.StartsWith("{\"code\":200", await AskAsync(client, Subscribe(null, "a", "b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_of_depth_is_no_JSON()
    {
        await using var client = await store.OpenAsync(Reusable);
        await client.SendTextAsync($$"""{"type":"subscribe","paths":[],"more":{{new string('[', 400_000)}}{{new string(']', 400_000)}}}""");

        Assert.Equal(3003, (await client.ReadMessageAsync()).CloseCode);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_not_read_from_and_loses_nothing()
    {
        string path = store.NewPath()[1..];
        await store.PutAsync($"/{path}", $"\"{new string('x', 500_000)}\"");
        await using var client = await store.ConnectAsync(receiveBufferSize: 4096);
        Assert.Equal(101, (await client.UpgradeAsync(Reusable)).Status);
        const int Requests = 60;
        var sending = client.SendTextsAsync(Enumerable.Repeat($$"""{"type":"subscribe","paths":["{{path}}"]}""", Requests));
        await sending;

        for (int i = 0; i < Requests; i++)
            Assert.StartsWith("{\"code\":200", await client.ReadTextAsync(), StringComparison.Ordinal);
        await store.PutAsync($"/{path}", "1");
        Assert.Equal($$"""{"path":"{{path}}","type":"update","value":1}""", await client.ReadTextAsync());
    }

    async Task<string> DocumentAsync()
    {
        string root = store.NewPath();
        await store.PutAsync(root, """{"A":{"A":"A","B":"B"},"B":"B"}""");
        return root[1..];
    }

    async Task<WireClient> SubscribeAsync(params string[] paths)
    {
        var client = await store.OpenAsync(Reusable);
        Assert.StartsWith("{\"code\":200", await AskAsync(client, Subscribe(null, paths)), StringComparison.Ordinal);
        return client;
    }

    static async Task RevokeAsync(StoreGateway store, string token)
    {
        await using var admin = await WireClient.ConnectAsync(store.Gateway.Address("JsonStore"));
        var reply = await admin.RequestAsync("POST", "/admin/api/revocations", JsonSerializer.Serialize(new { token }), ("Content-Type", "application/json"));
        Assert.True(reply.Status == 200, reply.ToString());
    }

    static string Subscribe(string? token, params string[] paths) => JsonSerializer.Serialize(new { type = "subscribe", paths, token });

    static async Task<string> AskAsync(WireClient client, string request)
    {
        await client.SendTextAsync(request);
        return await client.ReadTextAsync();
    }

    /// <summary>A gateway that waits long for the first subscription: the test may be held up.</summary>
    public sealed class Patient() : StoreGateway("\"FirstSubscribeDeadline\": \"00:10:00\"");
}
