using System.IO.Compression;
using System.Net;
using System.Text;
using FsCheck.Xunit;
using Gateway.Modules.Streams.Storage;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>Streams that are stored compressed once they are complete, and read as if they were not.</summary>
public class CompressionTests
{
    const string Gzip = "\"Compression\": \"Gzip\", \"SweepInterval\": \"00:00:00.5\"";

    // More than two blocks, and not a multiple of one.
    static readonly string Text = StreamsGateway.Lines(100_000);

    [Fact]
    public async Task A_complete_stream_takes_less_room_and_reads_the_same()
    {
        await using var gateway = await StreamsGateway.StartAsync(Gzip);
        await gateway.PostAsync("/stream/a", Text);
        await gateway.PostAsync("/stream/small", "too small to be worth it");
        await IsCompressedAsync(gateway);
        Assert.Equal("24", (await gateway.HeadAsync("/stream/small")).Header("Content-Length"));
        Assert.True(new FileInfo(Files(gateway, "*.gzip")[0]).Length < Text.Length / 2);

        var plain = await gateway.GetAsync("/stream/a");
        Assert.Equal((Text, null, $"{Text.Length}", "complete"),
            (plain.Text, plain.Header("Content-Encoding"), plain.Header("Content-Length"), plain.Header("X-Stream-State")));
        Assert.Equal(304, (await gateway.GetAsync("/stream/a", ("If-None-Match", plain.Header("ETag")))).Status);
        Assert.Equal(409, (await gateway.RequestAsync("PATCH", "/stream/a", "x", ("Upload-Offset", $"{Text.Length}"))).Status);
        Assert.Equal(200, (await gateway.RequestAsync("DELETE", "/stream/a")).Status);
        Assert.Empty(Files(gateway, "*.gzip"));
    }

    [Fact]
    public async Task Who_takes_gzip_gets_what_is_stored()
    {
        await using var gateway = await StreamsGateway.StartAsync(Gzip);
        await gateway.PostAsync("/stream/a", Text);
        await IsCompressedAsync(gateway);
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None };
        using var client = new HttpClient(handler) { BaseAddress = gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/stream/a") { Headers = { { "Accept-Encoding", "br, gzip;q=0.5" } } };
        using var response = await client.SendAsync(request);
        byte[] member = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.Equal(member.Length, response.Content.Headers.ContentLength);
        using var inflated = new StreamReader(new GZipStream(new MemoryStream(member), CompressionMode.Decompress));
        Assert.Equal(Text, await inflated.ReadToEndAsync());

        var plain = await gateway.GetAsync("/stream/a", ("Accept-Encoding", "gzip;q=0"));
        Assert.Equal((Text, null), (plain.Text, plain.Header("Content-Encoding")));
        Assert.NotEqual(response.Headers.ETag!.Tag, plain.Header("ETag"));
        Assert.Equal(304, (await gateway.GetAsync("/stream/a", ("Accept-Encoding", "gzip"), ("If-None-Match", response.Headers.ETag.Tag))).Status);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(GzipFile.BlockBytes - 1), InlineData(GzipFile.BlockBytes), InlineData(GzipFile.BlockBytes + 1), InlineData(500_000)]
    public async Task Offsets_and_ranges_are_of_the_bytes_that_were_sent(int at)
    {
        await using var gateway = await StreamsGateway.StartAsync(Gzip);
        await gateway.PostAsync("/stream/a", Text);
        await IsCompressedAsync(gateway);
        Assert.Equal(Text[at..], (await gateway.GetAsync($"/stream/a?from={at}", ("Accept-Encoding", "gzip"))).Text);
        var part = await gateway.GetAsync("/stream/a", ("Range", $"bytes={at}-{at + 999}"), ("Accept-Encoding", "gzip"));
        Assert.Equal((206, Text[at..(at + 1000)], null), (part.Status, part.Text, part.Header("Content-Encoding")));
        var events = await gateway.GetAsync($"/stream/a?from={at}&encoding=base64", ("Accept", "text/event-stream"));
        var data = events.Text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal) && !line.Contains('{', StringComparison.Ordinal));
        Assert.Equal(Text[at..], Encoding.UTF8.GetString([.. data.SelectMany(line => Convert.FromBase64String(line["data: ".Length..]))]));
    }

    [Fact]
    public async Task What_is_compressed_survives_a_restart_whatever_the_setting_then_is()
    {
        using var data = new TemporaryFolder();
        await using (var first = await StreamsGateway.StartAsync(Gzip, data.Path))
        {
            await first.PostAsync("/stream/a", Text);
            await Eventually.BecomesTrueAsync(() => Directory.GetFiles(data.Path, "*.bytes", SearchOption.AllDirectories).Length == 0, "the stream to be compressed");
        }
        await using var gateway = await StreamsGateway.StartAsync("", data.Path);
        Assert.Equal(Text, (await gateway.GetAsync("/stream/a")).Text);
        await gateway.PostAsync("/stream/b", Text);
        Assert.Equal(Text, (await gateway.GetAsync("/stream/b", ("Accept-Encoding", "gzip"))).Text);
    }

    [Fact]
    public async Task Who_reads_while_a_stream_is_compressed_goes_on_reading()
    {
        await using var gateway = await StreamsGateway.StartAsync(Gzip);
        string text = string.Concat(Enumerable.Repeat(Text, 30));
        await gateway.PostAsync("/stream/a", text);
        await using var slow = await WireClient.ConnectAsync(gateway.Address, receiveBufferSize: 4096);
        await slow.SendAsync("GET /stream/a HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(200, (await slow.ReadReplyAsync(toHead: true)).Status);
        await IsCompressedAsync(gateway);
        Assert.Equal(text, Encoding.UTF8.GetString(await slow.ReadBytesAsync(text.Length)));
    }

    [Fact]
    public async Task What_does_not_shrink_stays_as_it_is()
    {
        await using var gateway = await StreamsGateway.StartAsync(Gzip);
        byte[] random = new byte[100_000];
        new Random(1).NextBytes(random);
        await using var producer = await gateway.ProduceAsync("/stream/random");
        await producer.SendAsync(random);
        await producer.FinishAsync();
        await gateway.PostAsync("/stream/text", Text);
        await Eventually.BecomesTrueAsync(() => Files(gateway, "*.gzip").Length == 1 && Files(gateway, "*.bytes").Length == 1, "the other to be compressed");
        Assert.Equal("100000", (await gateway.GetAsync("/stream/random", ("Accept-Encoding", "gzip"))).Header("Content-Length"));
    }

    [Fact]
    public async Task What_was_left_of_an_interrupted_compression_is_removed()
    {
        using var data = new TemporaryFolder();
        await using (var first = await StreamsGateway.StartAsync("", data.Path))
            await first.PostAsync("/stream/a", Text);
        string plain = Assert.Single(Directory.GetFiles(data.Path, "*.bytes", SearchOption.AllDirectories));
        File.WriteAllText(Path.ChangeExtension(plain, ".gzip"), "renamed, but not recorded");
        File.WriteAllText(Path.ChangeExtension(plain, ".unfinished"), "not yet renamed");
        await using var gateway = await StreamsGateway.StartAsync("", data.Path);
        Assert.Equal(Text, (await gateway.GetAsync("/stream/a")).Text);
        Assert.Equal([plain], Directory.GetFiles(Path.GetDirectoryName(plain)!));
    }

    [Property(MaxTest = 20)]
    public bool A_file_reads_the_same_from_everywhere(int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[random.Next(3 * GzipFile.BlockBytes)];
        random.NextBytes(bytes.AsSpan(0, bytes.Length / 2));
        using var folder = new TemporaryFolder();
        string plain = Path.Combine(folder.Path, "plain");
        string compressed = Path.Combine(folder.Path, "compressed");
        File.WriteAllBytes(plain, bytes);
        using (var source = File.OpenHandle(plain))
        using (var output = File.Create(compressed))
            GzipFile.Write(source, bytes.Length, output, CancellationToken.None);
        using var content = new StoredFile(new SharedFile(compressed), StoredForm.Gzip, new FileInfo(compressed).Length).Open();
        byte[] buffer = new byte[10_000];
        for (int i = 0; i < 20; i++)
        {
            int at = random.Next(bytes.Length + 1);
            int read = content.Read(buffer, at);
            if (read == 0 != (at == bytes.Length) || !buffer.AsSpan(0, read).SequenceEqual(bytes.AsSpan(at, read)))
                return false;
        }
        return true;
    }

    // The plain file goes last.
    static Task IsCompressedAsync(StreamsGateway gateway) => Eventually.BecomesTrueAsync(
        () => Files(gateway, "*.gzip").Length == 1 && Files(gateway, "*.bytes").Length <= gateway.Store.Streams.Count() - 1,
        "the stream to be compressed");

    static string[] Files(StreamsGateway gateway, string pattern) =>
        Directory.GetFiles(Path.Combine(gateway.Gateway.Folder, "data/streams/data"), pattern);
}
