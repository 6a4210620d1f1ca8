using System.Globalization;
using System.Text.Json;

namespace Gateway.Modules.JsonStore.Tests;

public class ConsistencyTests
{
    static readonly string[] Paths = ["", "/a", "/b", "/a/x", "/a/y", "/a/x/z", "/b/0", "/c/d"];

    [Fact]
    public async Task What_a_subscriber_ends_with_is_what_GET_says_whoever_writes_meanwhile()
    {
        await using var store = await StoreGateway.StartAsync("\"FirstSubscribeDeadline\": \"0\"");
        var done = new TaskCompletionSource();
        var writers = Enumerable.Range(0, 4).Select(seed => WriteAsync(store, new Random(seed), 250)).ToArray();
        var single = Paths.Select(path => FollowAsync(store, path, done.Task)).ToArray();
        var late = Enumerable.Range(0, 20).Select(async i =>
        {
            await Task.Delay(i * 10);
            return await FollowAsync(store, Paths[i % Paths.Length], done.Task);
        }).ToArray();
        var multi = FollowManyAsync(store, done.Task);

        await Task.WhenAll(writers);
        done.SetResult();

        foreach (var (follower, path) in single.Zip(Paths))
            Assert.Equal(await store.GetAsync($"/root{path}") ?? "null", await follower);
        for (int i = 0; i < late.Length; i++)
            Assert.Equal(await store.GetAsync($"/root{Paths[i % Paths.Length]}") ?? "null", await late[i]);
        foreach (var (path, value) in await multi)
            Assert.Equal(await store.GetAsync($"/{path}") ?? "null", value);
    }

    [Fact]
    public async Task A_counter_never_goes_back_for_anybody()
    {
        await using var store = await StoreGateway.StartAsync("\"FirstSubscribeDeadline\": \"0\"");
        await store.PutAsync("/counter", "0");
        const int Last = 400;
        var writing = Task.Run(async () =>
        {
            await using var client = await store.ConnectAsync();
            for (int i = 1; i <= Last; i++)
                await client.RequestAsync("PUT", "/counter", i.ToString(CultureInfo.InvariantCulture));
        });

        await Task.WhenAll([.. Enumerable.Range(0, 8).Select(_ => WatchSingleAsync()), .. Enumerable.Range(0, 4).Select(_ => WatchMultiAsync())]);
        await writing;

        async Task WatchSingleAsync()
        {
            for (int seen = 0; seen < Last;)
            {
                await using var client = await store.OpenAsync("/counter");
                for (int i = 0, before = -1; i < 5 && seen < Last; i++, before = seen)
                {
                    seen = int.Parse(await client.ReadTextAsync(), CultureInfo.InvariantCulture);
                    Assert.True(seen > before, $"{seen} after {before}");
                }
            }
        }

        async Task WatchMultiAsync()
        {
            await using var client = await store.OpenAsync("/?method=reusable");
            int before = -1;
            for (int i = 0; before < Last; i++)
            {
                if (i % 3 == 0)
                    await client.SendTextAsync("""{"type":"subscribe","paths":["counter"]}""");
                using var message = JsonDocument.Parse(await client.ReadTextAsync());
                bool isAnswer = message.RootElement.TryGetProperty("paths", out var paths);
                int seen = (isAnswer ? paths[0] : message.RootElement).GetProperty("value").GetInt32();
                Assert.True(isAnswer ? seen >= before : seen > before, $"{seen} after {before}");
                before = seen;
            }
        }
    }

    static async Task WriteAsync(StoreGateway store, Random random, int count)
    {
        await using var client = await store.ConnectAsync();
        for (int i = 0; i < count; i++)
        {
            string target = $"/root{Paths[random.Next(Paths.Length)]}";
            var reply = random.Next(5) switch
            {
                0 => await client.RequestAsync("DELETE", target),
                1 => await client.RequestAsync("PATCH", target, $$"""{"x":{"z":{{random.Next(3)}}},"y":null}""", ("Content-Type", "application/merge-patch+json")),
                2 => await client.RequestAsync("PUT", target, $$"""{"a":{"x":{{random.Next(3)}}},"b":[{{random.Next(3)}}]}"""),
                _ => await client.RequestAsync("PUT", target, random.Next(3).ToString(CultureInfo.InvariantCulture)),
            };
            Assert.True(reply.Status == 202, reply.ToString());
        }
    }

    // Reads until the writers are done and the value is there that was the last.
    static async Task<string> FollowAsync(StoreGateway store, string path, Task done)
    {
        await using var client = await store.OpenAsync($"/root{path}");
        string value = await client.ReadTextAsync();
        while (!done.IsCompleted || value != (await store.GetAsync($"/root{path}") ?? "null"))
        {
            var next = client.ReadMessageAsync();
            if (await Task.WhenAny(next, done) == next || !done.IsCompletedSuccessfully || value != (await store.GetAsync($"/root{path}") ?? "null"))
            {
                string text = (await next).Text;
                Assert.NotEqual(value, text);
                value = text;
            }
        }
        return value;
    }

    static async Task<Dictionary<string, string>> FollowManyAsync(StoreGateway store, Task done)
    {
        await using var client = await store.OpenAsync("/?method=reusable");
        await client.SendTextAsync(JsonSerializer.Serialize(new { type = "subscribe", paths = Paths.Select(path => "root" + path) }));
        using var answer = JsonDocument.Parse(await client.ReadTextAsync());
        var values = answer.RootElement.GetProperty("paths").EnumerateArray().ToDictionary(
            entry => entry.GetProperty("path").GetString()!, entry => entry.GetProperty("value").GetRawText());
        while (!done.IsCompleted || !await AreLatestAsync())
        {
            var next = client.ReadMessageAsync();
            if (await Task.WhenAny(next, done) != next && await AreLatestAsync())
                break;
            using var update = JsonDocument.Parse((await next).Text);
            values[update.RootElement.GetProperty("path").GetString()!] = update.RootElement.GetProperty("value").GetRawText();
        }
        return values;

        async Task<bool> AreLatestAsync()
        {
            foreach (var (path, value) in values)
            {
                if (value != (await store.GetAsync($"/{path}") ?? "null"))
                    return false;
            }
            return true;
        }
    }
}
