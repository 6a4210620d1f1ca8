using System.Net.ServerSentEvents;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>Event streams, whether their connections leave the web server or stay.</summary>
public abstract class EventsTests(StoreGateway store)
{
    [Fact]
    public async Task The_value_comes_first_and_then_every_change()
    {
        string path = store.NewPath();
        await store.PutAsync(path, """{"a":"x\ny"}""");
        await using var events = await ListenAsync(path);

        Assert.Equal("""{"a":"x\ny"}""", (await events.NextAsync()).Data);
        await store.PutAsync($"{path}/b", "1");
        Assert.Equal("""{"a":"x\ny","b":1}""", (await events.NextAsync()).Data);
        await store.RequestAsync("DELETE", path);
        Assert.Equal("null", (await events.NextAsync()).Data);
    }

    [Fact]
    public async Task Who_comes_back_gets_the_value_only_if_it_has_changed_since()
    {
        string path = store.NewPath();
        await store.PutAsync(path, "1");
        string id;
        await using (var events = await ListenAsync(path))
            id = (await events.NextAsync()).EventId!;
        await store.PutAsync(store.NewPath(), "0");

        await using var again = await ListenAsync(path, id);
        await Eventually.BecomesTrueAsync(
            async () => (await store.Gateway.MetricsAsync()).Sum("gateway_jsonstore_subscriptions", ("protocol", "events")) >= 1, "the subscription");
        await store.PutAsync(path, "2");
        Assert.Equal("2", (await again.NextAsync()).Data);

        await using var late = await ListenAsync(path, id);
        Assert.Equal("2", (await late.NextAsync()).Data);
        await using var stranger = await ListenAsync(path, "999999999");
        Assert.Equal("2", (await stranger.NextAsync()).Data);
    }

    [Fact]
    public async Task Events_need_to_be_allowed_to_read()
    {
        await using var secured = await store.AlikeAsync("\"Auth\": \"jwt\"");
        var accept = ("Accept", "text/event-stream");

        Assert.Equal(401, (await secured.RequestAsync("GET", "/a", null, accept)).Status);
        Assert.Equal(403, (await secured.RequestAsync("GET", $"/a?access_token={Tokens.For("\"write\"", "\"/a\"")}", null, accept)).Status);
    }

    async Task<Events> ListenAsync(string path, string? lastId = null)
    {
        var client = new HttpClient { BaseAddress = store.Address };
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId != null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var items = SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
        return new(client, items);
    }

    sealed class Events(HttpClient client, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public async Task<SseItem<string>> NextAsync()
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
            return items.Current;
        }

        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
