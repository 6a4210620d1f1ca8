using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>Tokens with a secret that is known, and of a life that is short.</summary>
public sealed class TokenTests
{
    const string Secret = "a secret of sixty-four characters, as HS512 has it: 0123456789abc";

    [Fact]
    public async Task A_token_is_good_if_it_is_signed_as_ours_are_and_has_not_ended()
    {
        await using var gateway = await StartAsync("00:10:00");
        using var client = new EventsClient(gateway.Address("Events"));
        long asked = EventsClient.Now;
        var user = await client.NewUserAsync("ada", Guid.NewGuid());
        long ends = JsonDocument.Parse(Base64Url.DecodeFromChars(user.Token.Split('.')[1])).RootElement.GetProperty("exp").GetInt64();
        Assert.InRange(ends, asked + 600, EventsClient.Now + 600);

        string claims = $$"""{"sub":"{{user.Id}}","company":"","exp":{{ends}}}""";
        Assert.Equal(200, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes(claims), Secret)));
        Assert.Equal(200, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes($$"""{"sub":"{{user.Id}}","exp":{{ends}}}"""), Secret)));
        Assert.Equal(401, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes(claims), Secret + "!")));
        Assert.Equal(401, await StatusAsync(WithHs512(claims)));
        Assert.Equal(401, await StatusAsync($"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}."));
        Assert.Equal(401, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes($$"""{"sub":"{{user.Id}}","company":"","exp":{{asked - 600}}}"""), Secret)));
        Assert.Equal(401, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes($$"""{"sub":"{{user.Id}}","company":""}"""), Secret)));
        Assert.Equal(401, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes($$"""{"company":"","exp":{{ends}}}"""), Secret)));
        Assert.Equal(401, await StatusAsync(SignedToken.Create(Encoding.UTF8.GetBytes($$"""{"sub":"{{Guid.NewGuid()}}","company":"","exp":{{ends}}}"""), Secret)));

        async Task<int> StatusAsync(string token) => (await client.SendAsync(HttpMethod.Get, "/events/user", token)).Status;
    }

    [Fact]
    public async Task When_a_token_ends_so_does_its_stream_and_nothing_more_is_inserted_with_it()
    {
        await using var gateway = await StartAsync("00:00:05");
        using var client = new EventsClient(gateway.Address("Events"));
        var user = await client.NewUserAsync("ada", Guid.NewGuid());
        using var stream = await client.StreamAsync("?user=me", user.Token);
        Assert.Null(await stream.ReadAsync(TimeSpan.FromMinutes(2)));
        await Eventually.BecomesTrueAsync(
            async () => (await client.SendAsync(HttpMethod.Post, "/insert", user.Token, new { })).Status == 401, "the token to be refused");
    }

    static Task<GatewayFixture> StartAsync(string lifetime) => GatewayFixture.StartAsync($$"""
        {
          "Urls": "http://127.0.0.1:0", "DataDirectory": "{{GatewayFixture.FolderMark}}/data",
          "Auth": { "users": { "Type": "Users", "Secret": "{{Secret}}", "TokenLifetime": "{{lifetime}}" } },
          "Modules": { "Events": { "Auth": "users" } }
        }
        """);

    static string WithHs512(string claims)
    {
        string signed = $"{Base64Url.EncodeToString("""{"alg":"HS512","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA512.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}
