using System.Security.Cryptography;
using Gateway.Core.Auth.Jwt;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Auth.Jwt;

public sealed class RemoteKeysTests : IAsyncLifetime
{
    static readonly RSA One = RSA.Create(2048);
    static readonly RSA Two = RSA.Create(2048);
    static readonly string OnlyOne = JwksDocument.Of(JwksDocument.Key(One, "one"));
    static readonly string OnlyTwo = JwksDocument.Of(JwksDocument.Key(Two, "two"));

    readonly SchemeSetup _setup = new();
    readonly TaskCompletionSource _released = new();
    KeyServer _server = null!;
    JwtScheme _scheme = null!;

    public async Task InitializeAsync()
    {
        _server = await KeyServer.StartAsync(OnlyOne);
        _scheme = _setup.Jwt(("JwksUrl", _server.Url + "/keys"));
    }

    public async Task DisposeAsync()
    {
        _released.TrySetResult();
        await _scheme.DisposeAsync();
        await _server.DisposeAsync();
    }

    static async Task<string> CodeOf(JwtScheme scheme, string token)
    {
        var result = await scheme.AuthenticateAsync(new(token, null), default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return result.Fault?.Code ?? "accepted";
    }

    Task<string> CodeOf(RSA key, string? kid) => CodeOf(_scheme, Token.Rs256("{}", key, kid));

    /// <summary>Brings the moment of the next fetch by the clock, and waits for its end.</summary>
    async Task TurnTo(TimeSpan later, Func<bool> until)
    {
        _setup.Time.Advance(later);
        await Eventually.BecomesTrueAsync(until, "the fetch");
    }

    [Fact]
    public async Task Nothing_is_fetched_before_the_first_token_and_then_once()
    {
        Assert.Equal(0, _server.Requests);
        Assert.Null(_scheme.Problem);

        Assert.Equal("accepted", await CodeOf(One, "one"));
        Assert.Equal("accepted", await CodeOf(One, "one"));
        Assert.Equal("accepted", await CodeOf(One, null));

        Assert.Equal(1, _server.Requests);
        Assert.Null(_scheme.Problem);
    }

    [Fact]
    public async Task Many_first_tokens_at_once_bring_one_fetch()
    {
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CodeOf(One, "one"))), code => Assert.Equal("accepted", code));

        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task A_token_of_another_algorithm_brings_no_fetch()
    {
        Assert.Equal("signature_invalid", await CodeOf(_scheme, Token.Hs256("{}")));
        Assert.Equal("signature_invalid", await CodeOf(_scheme, Token.Unsigned("{}")));

        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task An_unknown_key_is_looked_for_but_not_all_the_time()
    {
        Assert.Equal("accepted", await CodeOf(One, "one"));
        _server.Publish(OnlyTwo);

        Assert.Equal("signature_invalid", await CodeOf(Two, "two"));
        Assert.Equal(1, _server.Requests);

        _setup.Time.Advance(RemoteKeys.Pause);
        Assert.Equal("accepted", await CodeOf(Two, "two"));
        for (int i = 0; i < 10; i++)
            Assert.Equal("signature_invalid", await CodeOf(Two, "three"));
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task Keys_that_are_no_longer_published_end_by_the_clock()
    {
        Assert.Equal("accepted", await CodeOf(One, "one"));
        int generation = _scheme.Generation;
        _server.Publish(OnlyTwo);

        await TurnTo(RemoteKeys.Period, () => _scheme.Generation != generation);

        Assert.Equal("signature_invalid", await CodeOf(One, "one"));
        Assert.Equal("accepted", await CodeOf(Two, "two"));
    }

    [Fact]
    public async Task The_same_keys_again_are_no_new_generation()
    {
        await CodeOf(One, "one");
        int generation = _scheme.Generation;

        await TurnTo(RemoteKeys.Period, () => _server.Requests == 2);
        await CodeOf(One, "one");

        Assert.Equal(generation, _scheme.Generation);
    }

    public static TheoryData<string> Garbage =>
        ["", "garbage", "[]", "{}", "{\"keys\":[]}", "{\"keys\":[{}]}", "{\"keys\":{\"kty\":5}}", "{\"keys\":[],\"keys\":[]}", "\u0000", new string('[', 100_000)];

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_leaves_the_last_good_keys_in_force_and_is_reported(string garbage)
    {
        Assert.Equal("accepted", await CodeOf(One, "one"));
        _server.Publish(garbage);

        await TurnTo(RemoteKeys.Period, () => _scheme.Problem != null);
        Assert.Contains("/keys cannot be fetched: ", _scheme.Problem, StringComparison.Ordinal);
        Assert.Contains(_setup.Logs.All, line => line.StartsWith("Warning JwtKeysMissing: ", StringComparison.Ordinal));
        Assert.Equal("accepted", await CodeOf(One, "one"));
        Assert.Equal("auth_unavailable", await CodeOf(Two, "two"));

        _server.Publish(OnlyTwo);
        await TurnTo(RemoteKeys.Retry, () => _scheme.Problem == null);
        Assert.Equal("accepted", await CodeOf(Two, "two"));
    }

    [Theory]
    [InlineData(StatusCodes.Status302Found)]
    [InlineData(StatusCodes.Status404NotFound)]
    [InlineData(StatusCodes.Status500InternalServerError)]
    public async Task Redirections_are_not_followed_and_errors_are_no_keys(int status)
    {
        _server.Answer = context =>
        {
            if (context.Request.Path == "/elsewhere")
                return context.Response.WriteAsync(OnlyOne);
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };

        Assert.Equal("auth_unavailable", await CodeOf(One, "one"));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task Ten_megabytes_are_not_read()
    {
        _server.Answer = async context =>
        {
            byte[] piece = new byte[65536];
            Array.Fill(piece, (byte)' ');
            for (int sent = 0; sent < 10 << 20; sent += piece.Length)
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        };

        Assert.Equal("auth_unavailable", await CodeOf(One, "one"));
        Assert.Contains("1048576", _scheme.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_endpoint_hangs_known_keys_do_not_wait()
    {
        Assert.Equal("accepted", await CodeOf(One, "one"));
        _server.Hang(_released.Task);
        _setup.Time.Advance(RemoteKeys.Pause);

        var unknown = Enumerable.Range(0, 20).Select(_ => CodeOf(Two, "two")).ToArray();
        await Eventually.BecomesTrueAsync(() => _server.Requests == 2, "the second fetch");
        Assert.Equal("accepted", await CodeOf(One, "one"));
        Assert.DoesNotContain(unknown, waiting => waiting.IsCompleted);

        _setup.Time.Advance(RemoteKeys.Limit);
        Assert.All(await Task.WhenAll(unknown), code => Assert.Equal("auth_unavailable", code));
        Assert.Equal("accepted", await CodeOf(One, "one"));
        Assert.Equal(2, _server.Requests);
        Assert.Contains("no answer within 00:00:05", _scheme.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_goes_away_does_not_wait_to_the_end()
    {
        _server.Hang(_released.Task);
        using var gone = new CancellationTokenSource();
        var waiting = _scheme.AuthenticateAsync(new(Token.Rs256("{}", One, "one"), null), gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Without_any_keys_it_is_tried_again_soon()
    {
        _server.Publish("garbage");
        Assert.Equal("auth_unavailable", await CodeOf(One, "one"));
        _server.Publish(OnlyOne);
        Assert.Equal("auth_unavailable", await CodeOf(One, "one"));

        _setup.Time.Advance(RemoteKeys.PauseWithoutKeys);
        Assert.Equal("accepted", await CodeOf(One, "one"));
    }

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        await _server.DisposeAsync();

        Assert.Equal("auth_unavailable", await CodeOf(One, "one"));
        Assert.NotNull(_scheme.Problem);
    }

    [Fact]
    public async Task It_ends_while_the_endpoint_hangs()
    {
        _server.Hang(_released.Task);
        var waiting = CodeOf(One, "one");
        await Eventually.BecomesTrueAsync(() => _server.Requests == 1, "the fetch");

        await _scheme.DisposeAsync();

        Assert.Equal("auth_unavailable", await waiting);
    }

    [Fact]
    public async Task An_authority_says_where_its_keys_are_and_who_it_is()
    {
        _server.Answer = context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/realm/.well-known/openid-configuration" => $$"""{"issuer":"https://issuer","jwks_uri":"{{_server.Url}}/certs"}""",
            "/certs" => OnlyOne,
            _ => "",
        });
        await using var any = new SchemeSetup().Jwt(("Authority", _server.Url + "/realm/"), ("Audience", "us"));
        await using var own = new SchemeSetup().Jwt(("Authority", _server.Url + "/realm"), ("Issuer", "me"));

        Assert.Equal("accepted", await CodeOf(any, Token.Rs256("""{"iss":"https://issuer","aud":"us"}""", One, "one")));
        Assert.Equal("claim_invalid", await CodeOf(any, Token.Rs256("""{"iss":"me","aud":"us"}""", One, "one")));
        Assert.Equal("claim_invalid", await CodeOf(any, Token.Rs256("""{"aud":"us"}""", One, "one")));
        Assert.Equal("accepted", await CodeOf(own, Token.Rs256("""{"iss":"me"}""", One, "one")));
        Assert.Equal("claim_invalid", await CodeOf(own, Token.Rs256("""{"iss":"https://issuer"}""", One, "one")));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"issuer\":\"https://issuer\"}")]
    [InlineData("{\"issuer\":\"https://issuer\",\"jwks_uri\":\"http://elsewhere.example/keys\"}")]
    [InlineData("{\"issuer\":\"https://issuer\",\"jwks_uri\":5}")]
    [InlineData("{\"jwks_uri\":\"http://127.0.0.1/keys\"}")]
    public async Task A_discovery_document_that_is_none_is_no_source_of_keys(string document)
    {
        _server.Publish(document);
        await using var scheme = _setup.Jwt(("Authority", _server.Url));

        Assert.Equal("auth_unavailable", await CodeOf(scheme, Token.Rs256("{}", One, "one")));
        Assert.Equal(1, _server.Requests);
    }
}
