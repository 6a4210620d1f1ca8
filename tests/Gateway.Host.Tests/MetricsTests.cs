using System.Diagnostics;
using System.Globalization;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class MetricsTests
{
    [Fact]
    public async Task The_counts_are_those_of_what_happened()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");

        await using (var first = await Run.OpenAsync(address, "/channels/a"))
        await using (var second = await Run.SubscribeAsync(address, "/channels/a"))
        await using (var broken = await Run.OpenAsync(address, "/channels/b"))
        {
            await first.SendTextAsync("12345");
            foreach (var client in new[] { first, second })
                Assert.Equal("12345", (await client.ReadMessageAsync()).Text);
            await Run.RequestAsync(address, "POST", "/channels/nobody", "123");
            await broken.SendFrameAsync(WireOpcode.Text, "x"u8.ToArray(), mask: false);
            Assert.Equal(1002, (await broken.ReadMessageAsync()).CloseCode);
            await second.SendCloseAsync();
            Assert.Equal(1000, (await second.ReadMessageAsync()).CloseCode);
            broken.Reset();
            await WaitForAsync(address, page => Value(page, "gateway_connections") == 1);
        }
        await WaitForAsync(address, page => Value(page, "gateway_connections") == 0);

        var metrics = await Run.MetricsAsync(address);
        Assert.Equal(3, Value(metrics, "gateway_connections_opened_total"));
        Assert.Equal(3, Value(metrics, "gateway_connections_closed_total"));
        Assert.Equal(1, Value(metrics, "gateway_connections_closed_total", ("reason", "client_closed")));
        Assert.Equal(1, Value(metrics, "gateway_connections_closed_total", ("reason", "protocol_error")));
        Assert.Equal(1, Value(metrics, "gateway_connections_closed_total", ("reason", "client_gone")));
        Assert.Equal(2, Value(metrics, "gateway_frames_published_total"));
        Assert.Equal(7 + 5, Value(metrics, "gateway_published_bytes_total"));
        // With the answer to the empty message.
        Assert.Equal(2 + 1, Value(metrics, "gateway_frames_delivered_total"));
        Assert.Equal((2 * 7) + 2, Value(metrics, "gateway_delivered_bytes_total"));
        Assert.Equal(1, Value(metrics, "gateway_frames_dropped_total"));
        Assert.Equal(1, Value(metrics, "gateway_frames_dropped_total", ("reason", "no_subscriber")));
        Assert.Equal(5, Value(metrics, "gateway_dropped_bytes_total", ("reason", "no_subscriber")));
        Assert.Equal(0, Value(metrics, "gateway_queue_bytes"));
    }

    [Fact]
    public async Task What_waits_for_a_client_is_counted_and_what_it_loses_too()
    {
        const int Message = 60_000;
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "QueueBytes": 1000000 } } }""");
        var address = gateway.Address("Channels");
        await using var stalled = await WireClient.ConnectAsync(address, receiveBufferSize: 4096);
        Assert.Equal(101, (await stalled.UpgradeAsync("/channels/a")).Status);
        await Run.AwaitServedAsync(stalled);
        await using var publisher = await WireClient.ConnectAsync(address);
        string message = new('x', Message);

        await PublishUntilAsync(page => Value(page, "gateway_queue_bytes") > 2 * Message);
        Assert.Equal(0, Value(await Run.MetricsAsync(address), "gateway_frames_dropped_total"));
        await PublishUntilAsync(page => Value(page, "gateway_connections_closed_total", ("reason", "slow_consumer")) == 1);

        var metrics = await Run.MetricsAsync(address);
        double lost = Value(metrics, "gateway_frames_dropped_total", ("reason", "slow_consumer"));
        Assert.InRange(lost, 1_000_000 / (Message + 4) - 1, 2_000_000 / Message);
        Assert.InRange(Value(metrics, "gateway_dropped_bytes_total", ("reason", "slow_consumer")), (lost - 1) * Message, lost * (Message + 4));
        Assert.Equal((0, 0), (Value(metrics, "gateway_queue_bytes"), Value(metrics, "gateway_connections")));

        Task PublishUntilAsync(Func<MetricsPage, bool> condition) => Eventually.BecomesTrueAsync(
            async () =>
            {
                Assert.Equal(200, (await publisher.RequestAsync("POST", "/channels/a", message)).Status);
                return condition(await Run.MetricsAsync(address));
            },
            "the queue to fill");
    }

    [Fact]
    public async Task The_buckets_of_the_latency_go_from_a_tenth_of_a_millisecond_to_seconds()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");
        await using var client = await Run.OpenAsync(address, "/channels/a");
        for (int i = 0; i < 20; i++)
        {
            await client.SendTextAsync("x");
            await client.ReadMessageAsync();
        }
        // A client may have its message before the sweep that delivered it is over.
        await WaitForAsync(address, page => Value(page, "gateway_fanout_latency_seconds_count") == 20);

        var metrics = await Run.MetricsAsync(address);
        var buckets = metrics.Samples.Where(sample => sample.Name == "gateway_fanout_latency_seconds_bucket").ToList();
        var bounds = buckets.Select(bucket => bucket.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Labels["le"], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(bounds.Order(), bounds);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.InRange(bounds[0], 0, 0.0001);
        Assert.InRange(bounds[^2], 1, 10);
        Assert.Equal(20, buckets[^1].Value);
        double sum = Value(metrics, "gateway_fanout_latency_seconds_sum");
        Assert.InRange(sum, 20 * 1e-7, 20 * 30);
    }

    [Fact]
    public async Task Process_and_runtime_are_measured()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);

        var metrics = await Run.MetricsAsync(gateway.Address("Channels"));

        Assert.InRange(metrics.Sum("gateway_process_memory_bytes"), 10e6, 2e9);
        Assert.InRange(metrics.Sum("gateway_process_cpu_seconds_total"), 0.01, 60);
        Assert.InRange(metrics.Sum("gateway_process_open_handles"), 10, 10_000);
        Assert.InRange(
            metrics.Sum("gateway_process_start_time_seconds"),
            DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        Assert.InRange(metrics.Sum("gateway_runtime_heap_size_bytes"), 1e5, 1e9);
        Assert.InRange(metrics.Sum("gateway_runtime_threadpool_threads"), 1, 1000);
        Assert.Equal(3, metrics.Samples.Count(sample => sample.Name == "gateway_runtime_gc_collections_total"));
    }

    [Fact]
    public async Task Every_series_is_the_gateways_and_has_a_type_and_a_help()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var reply = await Run.GetAsync(gateway.Address("Channels"), "/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Header("Content-Type"));
        Assert.All(MetricsPage.Parse(reply.Text).Samples, sample => Assert.StartsWith("gateway_", sample.Name, StringComparison.Ordinal));
        var comments = reply.Text.Split('\n').Where(line => line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        Assert.All(comments, words => Assert.StartsWith("gateway_", words[2], StringComparison.Ordinal));
        Assert.Equal(
            comments.Where(words => words[1] == "TYPE").Select(words => words[2]).Order(),
            comments.Where(words => words[1] == "HELP").Select(words => words[2]).Order());
        string[] labels = ["module", "tenant", "reason", "code", "le", "generation", "limit"];
        Assert.All(MetricsPage.Parse(reply.Text).Samples, sample => Assert.Subset(labels.ToHashSet(), sample.Labels.Keys.ToHashSet()));
    }

    [SkippableFact]
    public async Task Prometheus_own_checker_has_nothing_to_say()
    {
        Skip.IfNot(IsOnPath("promtool"), "promtool is not on PATH: the format is checked by our own parser only.");
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var reply = await Run.GetAsync(gateway.Address("Channels"), "/metrics");
        using var checker = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(checker.StandardOutput.ReadToEndAsync(), checker.StandardError.ReadToEndAsync());
        await checker.StandardInput.WriteAsync(reply.Text);
        checker.StandardInput.Close();

        Assert.Equal("", string.Concat(await said.WaitAsync(TimeSpan.FromSeconds(30))).Trim());
        await checker.WaitForExitAsync();
        Assert.Equal(0, checker.ExitCode);
    }

    static double Value(MetricsPage page, string name, params (string Label, string Value)[] labels) =>
        page.Sum(name, [("module", "Channels"), .. labels]);

    static Task WaitForAsync(Uri address, Func<MetricsPage, bool> condition) =>
        Eventually.BecomesTrueAsync(async () => condition(await Run.MetricsAsync(address)), "the metrics to follow");

    static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
