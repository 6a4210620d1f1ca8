using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>Clients that read more slowly than events fire.</summary>
public sealed class SlowStreamTests
{
    const int DataBytes = 10_000;
    static readonly string Filling = new('x', DataBytes);

    [Fact]
    public async Task A_client_that_stalls_and_reads_on_gets_everything_once_and_delays_nobody()
    {
        await using var gateway = await EventsGateway.StartAsync("\"QueueBytes\": 262144");
        var user = await gateway.NewUserAsync();
        using var slow = SlowClient.Open(gateway.Address, $"/events?collection={user.Collection}");
        await slow.OpenedAsync();
        using var fast = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        // Far more than its queue and the buffers of the system hold.
        for (int i = 0; i < 2000; i += 100)
            await InsertAsync(gateway, user, i, 100);
        Assert.Equal(Enumerable.Range(0, 2000), (await fast.ReadAsync(2000)).Select(item => Number(item.Data)));
        var read = await slow.ReadAsync(2000);
        Assert.Equal(Enumerable.Range(0, 2000), read.Select(item => Number(item.Data)));
        await gateway.Client.InsertAsync(user, "end", 0);
        Assert.Equal("end", (await slow.ReadAsync(1))[0].Name);
        Assert.Equal(0, (await gateway.Gateway.MetricsAsync()).Sum("gateway_connections_closed_total", ("reason", "slow_consumer")));
    }

    [Fact]
    public async Task One_that_is_too_far_behind_is_told_so_and_gets_the_latest_values()
    {
        await using var gateway = await EventsGateway.StartAsync("\"QueueBytes\": 262144, \"MaxReplay\": 300");
        var user = await gateway.NewUserAsync();
        using var slow = SlowClient.Open(gateway.Address, $"/events?collection={user.Collection}");
        await slow.OpenedAsync();
        for (int i = 0; i < 3000; i += 100)
            await InsertAsync(gateway, user, i, 100);
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.Client.CollectionAsync(user, user.Collection))[^1].GetProperty("published").GetBoolean(), "all to fire");
        await gateway.Client.InsertAsync(user, "end", 0);
        var seen = new List<SseEvent>();
        do
            seen.AddRange(await slow.ReadAsync(1));
        while (seen[^1].Name != "end");
        int gap = seen.FindIndex(item => item.Name == "internal_status");
        Assert.Equal("""{"status":"gap"}""", seen[gap].Data);
        var numbers = seen.Where(item => item.Name == "n").Select(item => Number(item.Data)).ToList();
        Assert.Equal(Enumerable.Range(0, gap), numbers.Take(gap));
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.Equal(2999, numbers[^1]);
        Assert.True(numbers.Count < 3000);
    }

    [SkippableFact]
    public async Task One_that_never_reads_is_given_up()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux gives up a client at a time that is told");
        await using var gateway = await EventsGateway.StartAsync("\"QueueBytes\": 262144");
        var user = await gateway.NewUserAsync();
        using var slow = SlowClient.Open(gateway.Address, $"/events?collection={user.Collection}");
        await slow.OpenedAsync();
        for (int i = 0; i < 1000; i += 100)
            await InsertAsync(gateway, user, i, 100);
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.Gateway.MetricsAsync()).Sum("gateway_connections") == 0, "the client to be given up", TimeSpan.FromMinutes(5));
    }

    static int Number(string data) => int.Parse(data.Trim('"').AsSpan(DataBytes), CultureInfo.InvariantCulture);

    static async Task InsertAsync(EventsGateway gateway, TestUser user, int first, int count)
    {
        var events = Enumerable.Range(first, count).Select(i => new { @event = "n", collection_id = user.Collection, timestamp = i, data = $"{Filling}{i}" });
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new { events })).Status);
    }

    /// <summary>A stream of which nothing is read until it is asked for, with little room in the system's buffers.</summary>
    sealed class SlowClient : IDisposable
    {
        readonly Socket _socket;
        readonly StreamReader _reader;

        SlowClient(Socket socket) => (_socket, _reader) = (socket, new StreamReader(new NetworkStream(socket), Encoding.ASCII));

        public static SlowClient Open(Uri address, string path)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            socket.Connect(address.Host, address.Port);
            socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"));
            return new(socket);
        }

        /// <summary>Reads the head, and what comes before the first event.</summary>
        public async Task OpenedAsync()
        {
            while (await LineAsync() is var line && !line.StartsWith("id:", StringComparison.Ordinal))
                Assert.NotEqual("HTTP/1.1 429 Too Many Requests", line);
            await LineAsync();
        }

        public async Task<List<SseEvent>> ReadAsync(int count)
        {
            var events = new List<SseEvent>();
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            while (events.Count < count)
            {
                string line = await LineAsync();
                if (line.Length == 0)
                {
                    if (fields.TryGetValue("data", out string? data))
                        events.Add(new(fields.GetValueOrDefault("event", ""), data, fields.GetValueOrDefault("id", "")));
                    fields.Clear();
                }
                else if (line.Split(": ", 2) is [{ Length: > 0 } name, var value])
                {
                    fields[name] = value;
                }
            }
            return events;
        }

        public void Dispose()
        {
            _reader.Dispose();
            _socket.Dispose();
        }

        async Task<string> LineAsync() =>
            await _reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? throw new IOException("The stream has ended.");
    }
}
