using System.Globalization;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>A gigabyte, and a disk that is full.</summary>
public class HeavyTests
{
    const long Gigabyte = 1L << 30;

    // What the runtime, the page pools and a hundred connections need; a tenth of what is streamed.
    const long AllowedGrowth = 100L << 20;

    [Fact]
    public async Task A_gigabyte_goes_through_while_a_slow_consumer_reads_and_memory_stays_flat()
    {
        await using var gateway = await GatewayProcess.StartAsync("""{ "Urls": "http://127.0.0.1:0", "Modules": { "Streams": {} } }""");
        var address = gateway.Address("Streams");
        await using var producer = await WireClient.ConnectAsync(address);
        await producer.SendAsync($"POST /stream/big HTTP/1.1\r\nHost: x\r\nContent-Length: {Gigabyte}\r\n\r\n");
        Assert.Equal(201, (await producer.ReadReplyAsync(toHead: true)).Status);
        await using var slow = await LiveConsumer.BeginAsync(address, "/stream/big");
        byte[] piece = new byte[1 << 20];
        long before = 0;
        for (long sent = 0; sent < Gigabyte; sent += piece.Length)
        {
            await producer.SendAsync(piece, TimeSpan.FromSeconds(120));
            // After the first tenth all that is pooled has been allocated.
            if (sent == Gigabyte / 10 / piece.Length * piece.Length)
                before = Resident(gateway.Pid);
            if (sent % (64 << 20) == 0)
                Assert.True(await slow.ReadChunkAsync());
        }
        Assert.Empty(await producer.ReadChunkAsync());
        long grown = Resident(gateway.Pid) - before;
        Assert.True(grown < AllowedGrowth, $"The process grew by {grown} bytes.");

        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        await using var whole = await client.GetStreamAsync(new Uri(address, "/stream/big"));
        long read = 0;
        while (await whole.ReadAsync(piece).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is > 0 and var got)
            read += got;
        Assert.Equal(Gigabyte, read);
    }

    [SkippableFact]
    public async Task A_full_disk_harms_the_streams_that_fill_it_alone()
    {
        using var disk = SmallDisk.TryMount(megabytes: 6);
        Skip.If(disk == null, SmallDisk.NotHere);
        await using var gateway = await GatewayProcess.StartAsync(
            $$"""{ "Urls": "http://127.0.0.1:0", "DataDirectory": "{{disk!.Path}}", "Modules": { "Streams": {} } }""");
        var address = gateway.Address("Streams");
        await using var other = await LiveProducer.BeginAsync(address, "POST", "/stream/other");
        await other.SendAsync("before, ");
        await using var consumer = await LiveConsumer.BeginAsync(address, "/stream/other");
        await consumer.HasReadAsync("before, ");

        // The second fills what the first could not take when its last piece was refused.
        await FillAsync(address, "full", 65536);
        await FillAsync(address, "fuller", 100);
        await using var client = await WireClient.ConnectAsync(address);
        Assert.Equal("aborted", (await client.RequestAsync("HEAD", "/stream/full")).Header("X-Stream-State"));
        var refused = await client.RequestAsync("POST", "/stream/new", new string('x', 1000));
        if (refused.Status != 201)
            Assert.Equal(507, refused.Status);

        Assert.Equal(200, (await client.RequestAsync("DELETE", "/stream/full")).Status);
        await other.SendAsync("after");
        await consumer.HasReadAsync("before, after");
        await other.FinishAsync();
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal(201, (await client.RequestAsync("POST", "/stream/again?durable=true", "x")).Status);
        Assert.Equal("x", (await client.RequestAsync("GET", "/stream/again")).Text);
    }

    // Until the gateway refuses or cuts it.
    static async Task FillAsync(Uri address, string id, int piece)
    {
        try
        {
            await using var producer = await LiveProducer.BeginAsync(address, "POST", $"/stream/{id}");
            byte[] bytes = new byte[piece];
            for (int i = 0; producer.Head.Status == 201 && i < (8 << 20) / piece; i++)
                await producer.SendAsync(bytes);
            await producer.ReadToEndAsync();
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    static long Resident(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
}
