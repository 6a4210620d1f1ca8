using System.Security.Cryptography;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

public class ExactnessTests(StreamsGateway gateway) : IClassFixture<StreamsGateway>
{
    const int Bytes = 3_000_000;

    [Theory, InlineData(1, 1), InlineData(10, 2), InlineData(100, 3)]
    public async Task Every_consumer_gets_every_byte_whenever_it_comes(int consumers, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[Bytes];
        random.NextBytes(bytes);
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        var joins = Enumerable.Range(0, consumers).Select(_ => random.Next(Bytes)).Order().ToArray();
        var hashes = new List<Task<byte[]>>();
        using var client = new HttpClient();
        for (int sent = 0; sent < Bytes;)
        {
            while (hashes.Count < consumers && joins[hashes.Count] <= sent)
                hashes.Add(HashAsync(client, new Uri(gateway.Address, target), random.Next(1, 100_000)));
            int piece = Math.Min(random.Next(2) == 0 ? random.Next(1, 200) : random.Next(1, 150_000), Bytes - sent);
            await producer.SendAsync(bytes.AsSpan(sent, piece));
            sent += piece;
        }
        await producer.FinishAsync();
        while (hashes.Count < consumers)
            hashes.Add(HashAsync(client, new Uri(gateway.Address, target), 4096));
        byte[] expected = SHA256.HashData(bytes);
        Assert.All(await Task.WhenAll(hashes).WaitAsync(TimeSpan.FromMinutes(5)), hash => Assert.Equal(expected, hash));
    }

    [Fact]
    public async Task A_consumer_that_reconnects_all_the_time_gets_every_byte_once()
    {
        byte[] bytes = new byte[500_000];
        new Random(4).NextBytes(bytes);
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        var reading = ReadInPiecesAsync(target, bytes.Length);
        for (int sent = 0; sent < bytes.Length; sent += 5000)
            await producer.SendAsync(bytes.AsSpan(sent, 5000));
        await producer.FinishAsync();
        Assert.Equal(bytes, await reading.WaitAsync(TimeSpan.FromMinutes(5)));
    }

    async Task<byte[]> ReadInPiecesAsync(string target, int length)
    {
        var read = new MemoryStream();
        while (read.Length < length)
        {
            await using var client = await WireClient.ConnectAsync(gateway.Address);
            await client.SendAsync($"GET {target}?from={read.Length} HTTP/1.1\r\nHost: x\r\n\r\n");
            var head = await client.ReadReplyAsync(toHead: true);
            // What is complete by now has a length instead of chunks.
            if (head.Header("Content-Length") is { } rest)
                read.Write(await client.ReadBytesAsync(int.Parse(rest, System.Globalization.CultureInfo.InvariantCulture)));
            else
                read.Write(await client.ReadChunkAsync());
        }
        return read.ToArray();
    }

    static async Task<byte[]> HashAsync(HttpClient client, Uri address, int readSize)
    {
        using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[readSize];
        while (await body.ReadAsync(buffer) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
        return hash.GetHashAndReset();
    }
}
