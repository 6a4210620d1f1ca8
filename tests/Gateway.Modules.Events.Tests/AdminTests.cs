namespace Gateway.Modules.Events.Tests;

public sealed class AdminTests
{
    [Fact]
    public async Task A_user_who_is_disabled_is_listed_so_and_loses_stream_token_and_login()
    {
        await using var gateway = await EventsGateway.StartAsync();
        var user = await gateway.NewUserAsync();
        var other = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync("?user=me", user.Token);
        Assert.Equal(404, (await gateway.Client.SendAsync(HttpMethod.Post, $"/admin/api/users/{Guid.NewGuid()}/disable", null)).Status);
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, $"/admin/api/users/{user.Id}/disable", null)).Status);
        Assert.Null(await stream.ReadAsync());
        Assert.Equal(401, (await gateway.Client.SendAsync(HttpMethod.Get, "/user_events", user.Token)).Status);
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Get, "/user_events", other.Token)).Status);
        Assert.Equal(403, (await gateway.Client.SendAsync(HttpMethod.Post, "/login", null, new { username = user.Name, password = "secret" })).Status);
        var listed = (await gateway.Client.SendAsync(HttpMethod.Get, "/admin/api/users?limit=1", null)).Json.GetProperty("users");
        Assert.Equal((user.Name, true), (listed[0].GetProperty("username").GetString(), listed[0].GetProperty("disabled").GetBoolean()));
        Assert.Equal(1, listed.GetArrayLength());
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, $"/admin/api/users/{user.Id}/enable", null)).Status);
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Get, "/user_events", user.Token)).Status);
    }

    [Fact]
    public async Task A_user_of_a_gateway_without_accounts_is_not_found()
    {
        await using var gateway = await EventsGateway.StartAsync("\"Auth\": \"none\"");
        Assert.Equal(404, (await gateway.Client.SendAsync(HttpMethod.Get, "/admin/api/users", null)).Status);
    }
}
