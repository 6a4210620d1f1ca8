using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>Two tenants beside the default one, and what belongs to one of them.</summary>
public sealed class TenantTests
{
    const string Configuration = $$"""
        {
          "Urls": "http://127.0.0.1:0", "DataDirectory": "{{GatewayFixture.FolderMark}}/data",
          "Modules": { "Events": { } },
          "Tenants": {
            "a": { },
            "b": { "Limits": { "StorageBytes": 20000, "Topics": 1 } }
          }
        }
        """;

    [Fact]
    public async Task Accounts_events_ids_and_streams_of_a_tenant_are_its_own()
    {
        await using var gateway = await GatewayFixture.StartAsync(Configuration);
        using var own = new EventsClient(gateway.Address("Events"));
        using var a = new EventsClient(gateway.Address("Events"), "/t/a");
        var shared = Guid.NewGuid();
        var ada = await a.NewUserAsync("ada", shared);
        var other = await own.NewUserAsync("ada", shared);
        using var ownStream = await own.StreamAsync();
        using var stream = await a.StreamAsync();
        await a.InsertAsync(ada, "secret", 0, "of a");
        await own.InsertAsync(other, "open", 0, "of all");
        Assert.Equal("secret", (await stream.ReadAsync())!.Name);
        Assert.Equal("open", (await ownStream.ReadAsync())!.Name);
        Assert.Equal(["open"], (await own.CollectionAsync(other, shared)).Select(item => item.GetProperty("event").GetString()));
        Assert.Equal(401, (await own.SendAsync(HttpMethod.Get, $"/events/collections/{shared}", ada.Token)).Status);
        Assert.Equal(401, (await a.SendAsync(HttpMethod.Get, $"/events/collections/{shared}", other.Token)).Status);
        // An id of one tenant is no place in the history of another.
        using var foreign = await own.StreamAsync(lastEventId: stream.LastEventId);
        Assert.Equal("""{"status":"gap"}""", (await foreign.ReadAsync())!.Data);
        string ticket = (await a.SendAsync(HttpMethod.Post, "/events/ticket", ada.Token)).Json.GetProperty("ticket").GetString()!;
        Assert.Equal(401, (await own.SendAsync(HttpMethod.Get, $"/events?ticket={ticket}", null)).Status);
    }

    [Fact]
    public async Task A_tenants_topics_are_taken_by_filters_in_use_and_given_back_with_the_last_stream()
    {
        await using var gateway = await GatewayFixture.StartAsync(Configuration);
        using var client = new EventsClient(gateway.Address("Events"), "/t/b");
        using var unlimited = new EventsClient(gateway.Address("Events"));
        var user = await client.NewUserAsync("bob", Guid.NewGuid());
        using (var first = await client.StreamAsync("?event=one"))
        using (var same = await client.StreamAsync("?event=one&sync=none"))
        {
            await client.InsertAsync(user, "one", 0, 1);
            Assert.Equal("1", (await first.ReadAsync())!.Data);
            Assert.Equal("1", (await same.ReadAsync())!.Data);
            using var other = await client.StreamAsync("?event=two");
            Assert.Null(await other.ReadAsync());
            Assert.NotNull(other.Retry);
            using var elsewhere = await unlimited.StreamAsync("?event=two");
            var stranger = await unlimited.NewUserAsync("eve", Guid.NewGuid());
            await unlimited.InsertAsync(stranger, "two", 0, 2);
            Assert.Equal("2", (await elsewhere.ReadAsync())!.Data);
        }
        await Eventually.BecomesTrueAsync(() => ReceivesAsync("two"), "the topic to be given back");
        await Eventually.BecomesTrueAsync(() => ReceivesAsync("three"), "the next to be given back");

        // One that is refused ends before it is sent anything.
        async Task<bool> ReceivesAsync(string name)
        {
            using var stream = await client.StreamAsync($"?event={name}&sync=none");
            await client.InsertAsync(user, name, 0);
            return await stream.ReadAsync() != null;
        }
    }

    [Fact]
    public async Task A_tenant_stores_and_subscribes_within_its_limits()
    {
        await using var gateway = await GatewayFixture.StartAsync(Configuration);
        using var client = new EventsClient(gateway.Address("Events"), "/t/b");
        using var unlimited = new EventsClient(gateway.Address("Events"));
        var user = await client.NewUserAsync("bob", Guid.NewGuid());
        using var first = await client.StreamAsync("?event=one");
        await client.InsertAsync(user, "one", 0, 1);
        Assert.Equal("one", (await first.ReadAsync())!.Name);
        using var second = await client.StreamAsync("?event=two&sync=none");
        Assert.Null(await second.ReadAsync());
        var body = new { @event = "large", collection_id = user.Collection, timestamp = 0, data = new string('x', 30_000) };
        Assert.Equal(429, (await client.SendAsync(HttpMethod.Post, "/insert", user.Token, body)).Status);
        var own = await unlimited.NewUserAsync("eve", Guid.NewGuid());
        Assert.Equal(200, (await unlimited.SendAsync(HttpMethod.Post, "/insert", own.Token, body)).Status);
    }
}
