using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

public sealed class TlsTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Over_tls_a_stream_is_served_and_resumed_whatever_the_version_of_http(string version)
    {
        await using var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "https://localhost:0", "DataDirectory": "{{GatewayFixture.FolderMark}}/data",
              "Tls": { "Certificate": "cert.pem", "Key": "key.pem" }, "Modules": { "Events": { "HeartbeatInterval": "00:00:00.5" } }
            }
            """);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(gateway.Folder, "cert.pem"));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        using var http = new HttpClient(handler)
        {
            BaseAddress = gateway.Address("Events"),
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var user = new { username = "ada", password = "secret", collection_id = Guid.NewGuid() };
        (await http.PostAsJsonAsync("/users", user)).EnsureSuccessStatusCode();
        var login = await http.PostAsJsonAsync("/login?cookie=1", user);
        Assert.Contains("secure", login.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        string token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jwt").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        string last;
        using (var stream = await SseClient.OpenAsync(http, "/events", null, null))
        {
            Assert.Equal(Version.Parse(version), stream.Response.Version);
            await InsertAsync(0);
            Assert.Equal("0", (await stream.ReadAsync())!.Data);
            last = stream.LastEventId;
        }
        await InsertAsync(1);
        using var resumed = await SseClient.OpenAsync(http, "/events", null, last);
        Assert.Equal("1", (await resumed.ReadAsync())!.Data);
        var reading = resumed.ReadAsync();
        await Eventually.BecomesTrueAsync(() => resumed.Comments > 2, "comments");
        await InsertAsync(2);
        Assert.Equal("2", (await reading)!.Data);

        async Task InsertAsync(int data)
        {
            using var answer = await http.PostAsJsonAsync("/insert", new { @event = "n", user.collection_id, timestamp = data, data });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
