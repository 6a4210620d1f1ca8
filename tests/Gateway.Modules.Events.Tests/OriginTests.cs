namespace Gateway.Modules.Events.Tests;

public sealed class OriginTests
{
    [Fact]
    public async Task A_page_of_an_allowed_origin_may_send_credentials_and_read_refusals()
    {
        await using var gateway = await EventsGateway.StartAsync("\"AllowedOrigins\": [\"http://app.example\"]");
        foreach (var (method, path, status) in ((string, string, int)[])[("POST", "/insert", 401), ("DELETE", "/events/1", 401), ("GET", "/collections/1", 401)])
        {
            var answer = await gateway.Client.SendAsync(new HttpMethod(method), path, null, null, ("Origin", "http://app.example"));
            Assert.Equal(status, answer.Status);
            Assert.Equal("http://app.example", answer.Headers["Access-Control-Allow-Origin"]);
            Assert.Equal("true", answer.Headers["Access-Control-Allow-Credentials"]);
            Assert.Contains("Origin", answer.Headers["Vary"], StringComparison.Ordinal);
        }
        var foreign = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", null, null, ("Origin", "http://evil.example"));
        Assert.Equal(403, foreign.Status);
        Assert.False(foreign.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_preflight_allows_what_the_protocol_needs()
    {
        await using var gateway = await EventsGateway.StartAsync("\"AllowedOrigins\": [\"http://app.example\"]");
        var answer = await gateway.Client.SendAsync(HttpMethod.Options, "/insert", null, null, ("Origin", "http://app.example"),
            ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type,last-event-id"));
        Assert.Equal(204, answer.Status);
        Assert.Contains("last-event-id", answer.Headers["Access-Control-Allow-Headers"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("POST", answer.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.Equal("3600", answer.Headers["Access-Control-Max-Age"]);
    }

    [Fact]
    public async Task All_origins_are_allowed_without_credentials()
    {
        await using var gateway = await EventsGateway.StartAsync("\"AllowedOrigins\": [\"*\"]");
        var answer = await gateway.Client.SendAsync(HttpMethod.Get, "/user_events", null, null, ("Origin", "http://any.example"));
        Assert.Equal("*", answer.Headers["Access-Control-Allow-Origin"]);
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Credentials"));
    }
}
