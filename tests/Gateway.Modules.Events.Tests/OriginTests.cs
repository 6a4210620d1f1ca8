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
        var user = await gateway.NewUserAsync();
        var missing = await gateway.Client.SendAsync(HttpMethod.Delete, $"/events/{Guid.NewGuid()}", user.Token, null, ("Origin", "http://app.example"));
        Assert.Equal((404, "http://app.example"), (missing.Status, missing.Headers["Access-Control-Allow-Origin"]));
        var foreign = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", null, null, ("Origin", "http://evil.example"));
        Assert.Equal(403, foreign.Status);
        Assert.False(foreign.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/insert", "POST", "authorization,content-type,idempotency-key")]
    [InlineData("/users", "POST", "content-type")]
    [InlineData("/events", "GET", "authorization,last-event-id")]
    [InlineData("/sse", "GET", "last-event-id")]
    [InlineData("/events/1", "DELETE", "authorization")]
    [InlineData("/events/1", "PATCH", "authorization,content-type")]
    [InlineData("/events/collections/1", "GET", "authorization,if-none-match")]
    public async Task A_preflight_allows_what_the_protocol_needs(string path, string method, string headers)
    {
        await using var gateway = await EventsGateway.StartAsync("\"AllowedOrigins\": [\"http://app.example\"]");
        var answer = await gateway.Client.SendAsync(HttpMethod.Options, path, null, null, ("Origin", "http://app.example"),
            ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers));
        Assert.Equal(204, answer.Status);
        Assert.Equal("http://app.example", answer.Headers["Access-Control-Allow-Origin"]);
        foreach (string header in headers.Split(','))
            Assert.Contains(header, answer.Headers["Access-Control-Allow-Headers"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains(method, answer.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.Equal("3600", answer.Headers["Access-Control-Max-Age"]);
    }

    [Fact]
    public async Task A_preflight_of_another_origin_is_refused()
    {
        await using var gateway = await EventsGateway.StartAsync("\"AllowedOrigins\": [\"http://app.example\"]");
        var answer = await gateway.Client.SendAsync(HttpMethod.Options, "/insert", null, null, ("Origin", "http://evil.example"),
            ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"));
        Assert.Equal(403, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
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
