using Gateway.Testing;

namespace Gateway.Core.Tests.Testing;

public class GatewayFixtureTests
{
    [Fact]
    public async Task A_refused_configuration_throws_with_every_fault()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayFixture.StartAsync(
            """{ "Nonsense": 1, "More": 2 }"""));
        Assert.Contains("More: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nonsense: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_over_the_file_and_the_folder_goes_with_the_fixture()
    {
        string folder;
        await using (var gateway = await GatewayFixture.StartAsync(
            $$"""{ "Admin": { "Listen": "https://127.0.0.1:0" }, "Tls": { "Certificate": "cert.pem", "Key": "key.pem" } }""",
            $"--Urls=http://unix:{GatewayFixture.FolderMark}/shared.sock"))
        {
            folder = gateway.Folder;
            await using var client = await WireClient.ConnectAsync(new Uri($"http://unix:{folder}/shared.sock"));
            Assert.Equal(200, (await client.RequestAsync("GET", "/")).Status);
            Assert.NotEmpty((await gateway.MetricsAsync()).Samples);
            Assert.Throws<InvalidOperationException>(() => gateway.Address("Nothing"));
        }
        Assert.False(Directory.Exists(folder));
    }
}
