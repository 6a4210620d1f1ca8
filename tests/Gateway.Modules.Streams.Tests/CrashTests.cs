using System.Globalization;
using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>The gateway is killed at any moment, and started again on what it left.</summary>
public class CrashTests
{
    // GATEWAY_TEST_KILLS=200 for a long run.
    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_TEST_KILLS") ?? "4", CultureInfo.InvariantCulture);

    const int Producers = 6;
    const string Compressing = "\"Compression\": \"Gzip\", \"SweepInterval\": \"00:00:00.5\"";

    [Fact]
    public async Task Whatever_a_client_was_told_is_true_after_a_crash()
    {
        using var data = new TemporaryFolder();
        var random = new Random(17);
        for (int kill = 0; kill < Kills; kill++)
        {
            var told = new List<Told>();
            await using (var gateway = await StreamsGateway.StartProcessAsync(data))
            {
                var running = Enumerable.Range(0, Producers).Select(i => RunAsync(gateway.Address("Streams"), $"k{kill}-{i}", told)).ToList();
                await Task.Delay(random.Next(5, 400));
                gateway.Signal(9);
                await Task.WhenAll(running);
            }
            await using (var gateway = await StreamsGateway.StartProcessAsync(data))
            {
                foreach (var one in told)
                    await one.IsTrueAsync(gateway.Address("Streams"));
            }
        }
    }

    [Fact]
    public async Task A_stream_that_was_acknowledged_as_durable_is_complete_after_a_crash()
    {
        using var data = new TemporaryFolder();
        await using (var gateway = await StreamsGateway.StartProcessAsync(data))
        {
            await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
            Assert.Equal(201, (await client.RequestAsync("POST", "/stream/a?durable=true", "kept")).Status);
            gateway.Signal(9);
        }
        await using (var gateway = await StreamsGateway.StartProcessAsync(data))
        {
            await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
            var got = await client.RequestAsync("GET", "/stream/a");
            Assert.Equal(("kept", "complete"), (got.Text, got.Header("X-Stream-State")));
            Assert.Equal(409, (await client.RequestAsync("POST", "/stream/a", "x")).Status);
        }
    }

    [Fact]
    public async Task A_kill_while_streams_are_compressed_loses_none()
    {
        using var data = new TemporaryFolder();
        var random = new Random(23);
        int streams = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await using (var gateway = await StreamsGateway.StartProcessAsync(data, options: Compressing))
            {
                await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
                for (int i = 0; i < 20; i++, streams++)
                    Assert.Equal(201, (await client.RequestAsync("POST", $"/stream/s{streams}", Content(streams))).Status);
                int before = Files(data, "*.gzip").Length;
                await Eventually.BecomesTrueAsync(
                    () => Files(data, "*.unfinished").Length > 0 || Files(data, "*.gzip").Length > before, "compression to have begun");
                await Task.Delay(random.Next(100));
                gateway.Signal(9);
            }
            await using (var gateway = await StreamsGateway.StartProcessAsync(data))
            {
                await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
                for (int i = 0; i < streams; i++)
                {
                    var got = await client.RequestAsync("GET", $"/stream/s{i}");
                    Assert.Equal((200, "complete"), (got.Status, got.Header("X-Stream-State")));
                    Assert.True(got.Text == Content(i), $"s{i} is not what was sent");
                }
            }
        }
        Assert.NotEmpty(Files(data, "*.gzip"));
    }

    static string[] Files(TemporaryFolder data, string pattern) => Directory.GetFiles(data.Path, pattern, SearchOption.AllDirectories);

    static string Content(int stream) => $"{stream}\n{StreamsGateway.Lines(50_000)}";

    // Streams one after the other, each with a consumer, until the gateway is gone.
    static async Task RunAsync(Uri address, string name, List<Told> told)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                var one = new Told($"{name}-{i}");
                await using var producer = await LiveProducer.BeginAsync(address, "POST", $"/stream/{one.Id}");
                if (producer.Head.Status != 201)
                    throw new InvalidOperationException($"{one.Id}: {producer.Head}");
                lock (told)
                    told.Add(one);
                await using var consumer = await LiveConsumer.BeginAsync(address, $"/stream/{one.Id}");
                var reading = ReadAsync(consumer, one);
                for (int piece = 0; piece < 20; piece++)
                    await producer.SendAsync(one.Next());
                await producer.FinishAsync();
                one.IsAcknowledged = true;
                await reading;
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // It has been killed.
        }
    }

    static async Task ReadAsync(LiveConsumer consumer, Told one)
    {
        one.HasEnd = await consumer.ReadsToCleanEndAsync();
        one.Read = consumer.Text;
    }

    /// <summary>What clients know of a stream.</summary>
    sealed class Told(string id)
    {
        readonly StringBuilder _sent = new();

        public string Id => id;

        public bool IsAcknowledged { get; set; }

        public bool HasEnd { get; set; }

        public string Read { get; set; } = "";

        public string Next()
        {
            string line = $"{id} {_sent.Length} {new string('.', _sent.Length % 997)}\n";
            _sent.Append(line);
            return line;
        }

        public async Task IsTrueAsync(Uri address)
        {
            await using var client = await WireClient.ConnectAsync(address);
            var got = await client.RequestAsync("GET", $"/stream/{id}");
            Assert.True(got.Status == 200, $"{id}: {got.Status}, although it was created");
            string state = got.Header("X-Stream-State")!;
            if (IsAcknowledged || HasEnd)
                Assert.True(state == "complete", $"{id}: {state}, although its end was seen");
            else
                Assert.Contains(state, (string[])["complete", "aborted"]);
            if (state == "complete")
                Assert.Equal(_sent.ToString(), got.Text);
            Assert.StartsWith(got.Text, _sent.ToString(), StringComparison.Ordinal);
            Assert.StartsWith(Read, got.Text, StringComparison.Ordinal);
        }
    }
}
