using System.Globalization;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>The built gateway, killed at any moment.</summary>
public sealed class CrashTests : IDisposable
{
    // More by the variable, for an hour of patience.
    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_TEST_KILLS") ?? "6", CultureInfo.InvariantCulture);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_answered_outlives_every_kill_and_no_id_is_given_twice()
    {
        var collection = Guid.NewGuid();
        var answered = new HashSet<Guid>();
        var cancelled = new HashSet<Guid>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        string last = "";
        for (int kill = 0; kill <= Kills; kill++)
        {
            await using var process = await StartAsync();
            using var client = new EventsClient(process.Address("Events"));
            var user = await client.NewUserAsync($"user{kill}", collection);
            var listed = (await client.CollectionAsync(user, collection)).ToDictionary(item => item.GetProperty("id").GetGuid());
            Assert.Empty(answered.Except(listed.Keys));
            // A series has one event to come, whenever it was cut; a list that is read while one fires may show none or two.
            await Eventually.BecomesTrueAsync(
                async () => (await client.CollectionAsync(user, collection)).Count(IsTickToCome) == Math.Min(kill, 1), "the one event to come of the series");
            if (kill == 0)
            {
                var tick = new { @event = "tick", collection_id = collection, timestamp = 0, data = 1, repeat = new { every = 1 } };
                Assert.Equal(200, (await client.SendAsync(HttpMethod.Post, "/insert", user.Token, tick)).Status);
            }
            Assert.All(cancelled, id => Assert.True(listed[id].GetProperty("cancelled").GetBoolean() && !listed[id].GetProperty("published").GetBoolean()));
            if (kill == Kills)
                break;

            using var stream = await client.StreamAsync($"?collection={collection}", lastEventId: last.Length > 0 ? last : "earliest");
            var reading = ReadAsync(stream);
            int enough = Random.Shared.Next(20, 200);
            var writing = Enumerable.Range(0, 4).Select(writer => WriteAsync(client, user, kill * 1_000_000 + writer * 100_000)).ToArray();
            await Eventually.BecomesTrueAsync(() => Count() >= enough * (kill + 1), "answers");
            process.Signal(9);
            await Task.WhenAll(writing);
            await reading;
        }

        static bool IsTickToCome(JsonElement item) => item.GetProperty("event").GetString() == "tick" && !item.GetProperty("published").GetBoolean();

        int Count()
        {
            lock (answered)
                return answered.Count;
        }

        async Task WriteAsync(EventsClient client, TestUser user, int first)
        {
            try
            {
                for (int i = first; ; i++)
                {
                    bool isLate = i % 5 == 0;
                    var inserted = await client.InsertAsync(user, "n", isLate ? EventsClient.Now + 100_000 : 0, i);
                    var id = inserted.GetProperty("id").GetGuid();
                    lock (answered)
                        answered.Add(id);
                    if (!isLate)
                        continue;
                    await client.SendAsync(HttpMethod.Delete, $"/events/{id}", user.Token);
                    lock (answered)
                        cancelled.Add(id);
                }
            }
            catch (HttpRequestException)
            {
                // It has been killed.
            }
        }

        async Task ReadAsync(SseClient stream)
        {
            try
            {
                while (await stream.ReadAsync(TimeSpan.FromMinutes(2)) is { } next)
                {
                    Assert.True(seen.TryAdd(next.Id, next.Data), $"{next.Id} was sent twice.");
                    Assert.NotEqual("internal_status", next.Name);
                    last = next.Id;
                }
            }
            catch (IOException)
            {
                // It has been killed.
            }
        }
    }

    Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync($$"""
        { "Urls": "http://127.0.0.1:0", "DataDirectory": "{{_folder.Path}}/data", "Modules": { "Events": { } } }
        """);
}
