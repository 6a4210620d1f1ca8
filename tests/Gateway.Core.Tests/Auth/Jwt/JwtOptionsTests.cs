namespace Gateway.Core.Tests.Auth.Jwt;

public sealed class JwtOptionsTests
{
    const string Short = "a secret of 31 bytes, no more..";

    readonly SchemeSetup _setup = new();

    [Fact]
    public void Without_keys_there_is_no_scheme() =>
        Assert.Equal(
            ["Auth:jwt: has no keys; allowed: one of Secret (and Secrets), KeyFile, JwksUrl and Authority, or TrustProxy"],
            _setup.FaultsOfJwt());

    [Fact]
    public void Keys_come_from_one_source() =>
        Assert.StartsWith(
            "Auth:jwt: has several sources of keys: Secret, JwksUrl;",
            Assert.Single(_setup.FaultsOfJwt(("Secret", Token.Secret), ("JwksUrl", "https://issuer/keys"))), StringComparison.Ordinal);

    [Fact]
    public void Where_a_proxy_is_trusted_keys_would_only_deceive() =>
        Assert.Equal(
            [
                "Auth:jwt:Algorithms: is given, but with TrustProxy no signature is checked; allowed: nothing",
                "Auth:jwt:Secret: is given, but with TrustProxy no signature is checked; allowed: either keys or TrustProxy",
            ],
            _setup.FaultsOfJwt(("Secret", Token.Secret), ("TrustProxy", "true"), ("Algorithms", "HS256")));

    [Fact]
    public void A_short_secret_is_refused_and_not_shown()
    {
        var faults = _setup.FaultsOfJwt(("Secret", Short), ("Secrets:0", Token.Secret), ("Secrets:1", "short"));

        Assert.Equal(
            [
                "Auth:jwt:Secret: the secret (not shown) is too short: 31 bytes; allowed: 32 or more",
                "Auth:jwt:Secrets:1: the secret (not shown) is too short: 5 bytes; allowed: 32 or more",
            ],
            faults);
    }

    [Fact]
    public void Bytes_are_counted_not_characters() => _setup.Jwt(("Secret", new string('é', 16)));

    [Fact]
    public async Task A_short_secret_is_tolerated_where_only_this_machine_can_reach_the_gateway()
    {
        var scheme = new SchemeSetup { OnlyLoopback = true }.Jwt(("Secret", "s"));

        Assert.True((await scheme.AuthenticateAsync(new(Token.Hs256("{}", "s"), null), default)).Succeeded);
    }

    [Fact]
    public void An_empty_secret_is_refused_everywhere() =>
        Assert.Single(new SchemeSetup { OnlyLoopback = true }.FaultsOfJwt(("Secret", "")));

    [Theory]
    [InlineData("RS256")]
    [InlineData("none")]
    [InlineData("hs256")]
    public void A_secret_serves_no_other_algorithms(string algorithm) =>
        Assert.Equal(
            [$"Auth:jwt:Algorithms: \"{algorithm}\" does not fit the kind of key; allowed: HS256, HS384, HS512"],
            _setup.FaultsOfJwt(("Secret", Token.Secret), ("Algorithms:0", "HS256"), ("Algorithms:1", algorithm)));

    [Fact]
    public void A_key_serves_no_algorithm_of_secrets() =>
        Assert.StartsWith(
            "Auth:jwt:Algorithms: \"HS256\" does not fit the kind of key; allowed: RS256,",
            Assert.Single(_setup.FaultsOfJwt(("JwksUrl", "https://issuer/keys"), ("Algorithms", "HS256"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://issuer.example/keys")]
    [InlineData("http://127.0.0.1.issuer.example/keys")]
    [InlineData("ftp://localhost/keys")]
    [InlineData("/keys")]
    [InlineData("https://user@issuer.example/keys")]
    [InlineData("https://issuer.example/keys#one")]
    public void Keys_come_over_https_or_from_this_machine(string url)
    {
        Assert.StartsWith("Auth:jwt:JwksUrl: ", Assert.Single(new SchemeSetup().FaultsOfJwt(("JwksUrl", url))), StringComparison.Ordinal);
        Assert.StartsWith("Auth:jwt:Authority: ", Assert.Single(new SchemeSetup().FaultsOfJwt(("Authority", url))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://issuer.example/keys")]
    [InlineData("http://localhost:5000/keys")]
    [InlineData("http://[::1]/keys")]
    public void Such_addresses_are_fine(string url) => _setup.Jwt(("JwksUrl", url));

    [Fact]
    public void A_password_in_an_address_is_not_repeated() =>
        Assert.DoesNotContain("hunter2", Assert.Single(_setup.FaultsOfJwt(("Authority", "https://me:hunter2@issuer.example"))), StringComparison.Ordinal);

    [Fact]
    public void Unknown_keys_are_faults() =>
        Assert.StartsWith("Auth:jwt:Secrett: unknown key, did you mean Secret?", Assert.Single(_setup.FaultsOfJwt(("Secrett", "x"))), StringComparison.Ordinal);

    [Fact]
    public void An_authority_without_an_audience_is_warned_of()
    {
        _setup.Jwt(("Authority", "https://issuer.example"));

        Assert.StartsWith("Warning JwtTakesAnyAudience: ", Assert.Single(_setup.Logs.All), StringComparison.Ordinal);
    }
}
