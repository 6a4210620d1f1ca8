using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>A token that is taken back ends what goes on with it, in every module, and nothing else.</summary>
public class RevocationTests
{
    public static IEnumerable<object[]> Live => LiveOperation.All.Select((operation, index) => (object[])[index, operation.ToString()]);

    [Theory, MemberData(nameof(Live))]
    public async Task A_token_that_is_taken_back_ends_what_goes_on_with_it(int index, string name)
    {
        var operation = LiveOperation.All[index];
        await using var teams = await Teams.StartAsync();
        string taken = await Teams.Acme.TokenForAsync(teams, operation.Module, "ada");
        string good = await Teams.Acme.TokenForAsync(teams, operation.Module, "bob");
        string publisher = await Teams.Acme.TokenForAsync(teams, operation.Module, "eve");
        await operation.PublishAsync(teams, Teams.Acme, publisher, "begin-");
        await using var leaving = await LiveClient.OpenAsync(teams, Teams.Acme, Way.Path, taken, operation);
        await using var staying = await LiveClient.OpenAsync(teams, Teams.Acme, Way.Path, good, operation);

        await teams.RevokeAsync(Teams.Acme, taken);

        await Eventually.BecomesTrueAsync(() => leaving.HasEnded, $"{name} to end");
        if (operation.IsWebSocket)
            Assert.Equal(1008, leaving.CloseCode);
        string refusal = await LiveClient.RefusalAsync(teams, Teams.Acme, Way.Path, taken, operation);
        Assert.True(refusal == "401" || refusal.Contains("error", StringComparison.OrdinalIgnoreCase), refusal);
        int time = 0;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await operation.PublishAsync(teams, Teams.Acme, publisher, $"news-{time++}-");
                return staying.Heard.Contains("news-", StringComparison.Ordinal);
            },
            $"{name} to go on with a good token");
        Assert.False(staying.HasEnded);
    }

    [Fact]
    public async Task A_producer_of_bytes_is_cut_when_its_token_is_taken_back()
    {
        await using var teams = await Teams.StartAsync();
        string taken = Teams.Acme.TokenOf("ada");
        await using var producer = await teams.ConnectAsync();
        await producer.SendAsync($"POST /t/acme/stream/long HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {taken}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Assert.Equal(201, (await producer.ReadReplyAsync(toHead: true)).Status);

        await teams.RevokeAsync(Teams.Acme, taken);

        await producer.ReadToEndAsync();
        await Eventually.BecomesTrueAsync(
            async () => (await teams.RequestAsync(Teams.Acme, Way.Path, Teams.Acme.TokenOf("eve"), "HEAD /stream/long")).Header("X-Stream-State") == "aborted",
            "the stream to be aborted");
    }
}
