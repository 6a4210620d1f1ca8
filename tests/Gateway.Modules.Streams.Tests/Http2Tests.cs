using System.Net;
using System.Text;
using System.Threading.Channels;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>The same by HTTP/2, where a request and its answer share a connection with others.</summary>
public class Http2Tests
{
    [Fact]
    public async Task A_stream_is_live_and_its_cut_is_seen()
    {
        await using var gateway = await GatewayFixture.StartAsync("""
            { "Urls": "https://127.0.0.1:0", "Tls": { "Certificate": "cert.pem", "Key": "key.pem" }, "Modules": { "Streams": {} } }
            """);
        // The certificate is of the test's own making: what matters is what passes through.
#pragma warning disable CA5400, CA5359
        using var handler = new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5400, CA5359
        using var client = new HttpClient(handler)
        {
            BaseAddress = gateway.Address("Streams"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var body = new PushedContent();
        using var post = new HttpRequestMessage(HttpMethod.Post, "/stream/a") { Content = body, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var posted = await client.SendAsync(post, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        body.Push("one");
        await using var tail = await client.GetStreamAsync(new Uri("/stream/a", UriKind.Relative));
        Assert.Equal("one", await ReadAsync(tail, 3));
        body.Push("two");
        Assert.Equal("two", await ReadAsync(tail, 3));
        body.End();
        Assert.Equal("", await ReadAsync(tail, 1));
        Assert.Equal("onetwo", await client.GetStringAsync(new Uri("/stream/a", UriKind.Relative)));

        using var vanishing = new PushedContent();
        using var second = new HttpRequestMessage(HttpMethod.Post, "/stream/b") { Content = vanishing, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var secondPosted = await client.SendAsync(second, HttpCompletionOption.ResponseHeadersRead);
        vanishing.Push("a beginning");
        await using var cut = await client.GetStreamAsync(new Uri("/stream/b", UriKind.Relative));
        Assert.Equal("a beginning", await ReadAsync(cut, 11));
        vanishing.Fail();
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(cut, 1));
    }

    static async Task<string> ReadAsync(Stream stream, int bytes)
    {
        byte[] buffer = new byte[bytes];
        int read = await stream.ReadAtLeastAsync(buffer, bytes, throwOnEndOfStream: false).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>A body that is sent as it is pushed.</summary>
    sealed class PushedContent : HttpContent
    {
        readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();

        public void Push(string text) => _pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(text));

        public void End() => _pieces.Writer.Complete();

        /// <summary>Has the client reset the request.</summary>
        public void Fail() => _pieces.Writer.Complete(new IOException("gone"));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            await foreach (byte[] piece in _pieces.Reader.ReadAllAsync())
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
