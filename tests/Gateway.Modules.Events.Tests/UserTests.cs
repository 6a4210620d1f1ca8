using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Gateway.Modules.Events.Tests;

public sealed class UserTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    [Fact]
    public async Task A_user_name_is_given_once()
    {
        var form = new { username = "taken", password = "x", collection_id = Guid.NewGuid() };
        Assert.Equal(["id"], (await gateway.Client.SendAsync(HttpMethod.Post, "/users", null, form)).Json.EnumerateObject().Select(member => member.Name));
        foreach (string password in (string[])["x", "another"])
        {
            var again = await gateway.Client.SendAsync(HttpMethod.Post, "/users", null, form with { password = password });
            Assert.Equal(400, again.Status);
            Assert.Equal("""{"error":"username already taken"}""", again.Text);
        }
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, "/users", null, form with { username = "Taken" })).Status);
    }

    [Fact]
    public async Task Of_many_that_ask_for_a_name_at_once_one_gets_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            gateway.Client.SendAsync(HttpMethod.Post, "/users", null, new { username = "raced", password = "x", collection_id = Guid.NewGuid() })));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(7, answers.Count(answer => answer.Status == 400));
    }

    [Fact]
    public async Task Every_user_has_an_id_of_its_own_also_with_a_collection_in_common()
    {
        var shared = Guid.NewGuid();
        Assert.NotEqual((await gateway.NewUserAsync(shared)).Id, (await gateway.NewUserAsync(shared)).Id);
    }

    [Theory]
    [InlineData("/users")]
    [InlineData("/login")]
    public async Task A_form_must_be_json_also_by_its_type(string path)
    {
        string form = $$"""{"username":"typed","password":"x","collection_id":"{{Guid.NewGuid()}}"}""";
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Post, path, null, EventsClient.Raw(form, "text/plain"))).Status);
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Post, path, null, EventsClient.Raw(form[..^1]))).Status);
    }

    [Theory]
    [InlineData("""{"password":"x","collection_id":"c0a80001-0000-0000-0000-000000000000"}""", 400)]
    [InlineData("""{"username":"u1","collection_id":"c0a80001-0000-0000-0000-000000000000"}""", 400)]
    [InlineData("""{"username":"u2","password":"x"}""", 400)]
    [InlineData("""{"username":"u3","password":"x","collection_id":"nope"}""", 400)]
    [InlineData("""{"username":"u4","password":"x","collection_id":"C0A80001000000000000000000000000","other":1}""", 200)]
    [InlineData("""{"username":"u5","password":"","collection_id":"urn:uuid:c0a80001-0000-0000-0000-000000000000"}""", 200)]
    public async Task Every_field_is_asked_for(string body, int status) =>
        Assert.Equal(status, (await gateway.Client.SendAsync(HttpMethod.Post, "/users", null, EventsClient.Raw(body))).Status);

    [Fact]
    public async Task A_token_has_the_claims_of_the_original()
    {
        var user = await gateway.NewUserAsync();
        var parts = user.Token.Split('.');
        Assert.Equal(3, parts.Length);
        Assert.Equal("""{"typ":"JWT","alg":"HS256"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        Assert.Equal(["sub", "company", "exp"], claims.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal(user.Id, claims.GetProperty("sub").GetGuid());
        Assert.Equal("", claims.GetProperty("company").GetString());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_get_the_same_answer()
    {
        var user = await gateway.NewUserAsync();
        var wrong = await gateway.Client.SendAsync(HttpMethod.Post, "/login", null, new { username = user.Name, password = "other" });
        var unknown = await gateway.Client.SendAsync(HttpMethod.Post, "/login", null, new { username = "nobody", password = "other" });
        Assert.Equal((401, wrong.Text), (unknown.Status, unknown.Text));
        Assert.Equal(401, wrong.Status);
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Post, "/login", null, new { username = user.Name })).Status);
    }

    [Fact]
    public async Task With_schemes_that_have_no_accounts_there_is_no_login()
    {
        await using var gateway = await EventsGateway.StartAsync("""
            "Auth": "none"
            """);
        Assert.Equal(404, (await gateway.Client.SendAsync(HttpMethod.Post, "/login", null, new { })).Status);
        Assert.Equal(404, (await gateway.Client.SendAsync(HttpMethod.Post, "/users", null, new { })).Status);
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, "/insert", null,
            new { @event = "open", collection_id = Guid.NewGuid(), timestamp = 0, data = 1 })).Status);
    }
}
