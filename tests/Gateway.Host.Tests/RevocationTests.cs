using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>Revocations of a whole process, which outlive it.</summary>
public class RevocationTests
{
    const int SigKill = 9;

    const string Secured = """
        {
          "Urls": "http://127.0.0.1:0",
          "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["first-token", "second-token"] } },
          "Modules": { "Channels": { "Auth": "team" } },
          "Tenants": { "acme": { "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["first-token"] } } } }
        }
        """;

    [Fact]
    public async Task A_token_that_was_revoked_stays_so_after_the_process_was_killed()
    {
        using var folder = new TemporaryFolder();
        string[] data = [$"--DataDirectory={folder.Path}"];
        await using (var gateway = await GatewayProcess.StartAsync(Secured, data))
        {
            Assert.Equal(200, await PostAsync(gateway, "/channels/a", "first-token"));
            Assert.Equal(200, (await RevokeAsync(gateway, """{"token":"first-token"}""")).Status);
            Assert.Equal(401, await PostAsync(gateway, "/channels/a", "first-token"));
            gateway.Signal(SigKill);
        }
        await using (var gateway = await GatewayProcess.StartAsync(Secured, data))
        {
            Assert.Equal(401, await PostAsync(gateway, "/channels/a", "first-token"));
            Assert.Equal(200, await PostAsync(gateway, "/channels/a", "second-token"));
            Assert.Equal(200, await PostAsync(gateway, "/t/acme/channels/a", "first-token"));
        }
    }

    [Fact]
    public async Task A_start_that_cannot_read_whom_to_refuse_is_refused_itself()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "revocations"));
        folder.Write("revocations/revoked.db", "not a file of the store");

        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(Secured, [$"--DataDirectory={folder.Path}"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("revoked.db: damaged", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secured);

        Assert.Equal(400, (await RevokeAsync(gateway, $$"""{"token":"{{new string('x', 100_000)}}"}""")).Status);
    }

    static Task<HttpReply> RevokeAsync(GatewayProcess gateway, string body) => Run.RequestAsync(
        gateway.Address("Channels"), "POST", "/admin/api/revocations", body, ("Content-Type", "application/json"));

    static async Task<int> PostAsync(GatewayProcess gateway, string path, string token) =>
        (await Run.RequestAsync(gateway.Address("Channels"), "POST", path, "x", ("Authorization", $"Bearer {token}"))).Status;
}
