using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Jwt;

namespace Gateway.Core.Tests.Auth.Jwt;

public sealed class JwtSchemeTests
{
    readonly SchemeSetup _setup = new();

    static async Task<AuthResult> Ask(JwtScheme scheme, string? token) => await scheme.AuthenticateAsync(new(token, null), default);

    async Task<string> CodeOf(string? token, params (string, string?)[] settings)
    {
        var result = await Ask(_setup.Jwt(settings.Length > 0 ? settings : [("Secret", Token.Secret)]), token);
        return result.Fault?.Code ?? "accepted";
    }

    [Fact]
    public async Task A_good_token_says_who_the_client_is()
    {
        string token = Token.Hs256("""{"sub":"alice","exp":1700000060,"nbf":1699999000,"roles":["a","b"],"team":{"x":1}}""");

        var identity = (await Ask(_setup.Jwt(("Secret", Token.Secret)), token)).Identity!;

        Assert.Equal(("jwt", "alice"), (identity.Scheme, identity.Subject));
        Assert.Equal(SchemeSetup.Start.AddSeconds(60), identity.Expires);
        Assert.Equal(SchemeSetup.Start.AddSeconds(-1000), identity.NotBefore);
        Assert.Equal(TokenHash.Of(token), identity.TokenHash);
        Assert.Equal("alice", identity.Principal.Identity!.Name);
        Assert.True(identity.Principal.IsInRole("b"));
        Assert.Equal("""{"x":1}""", identity.Principal.FindFirst("team")!.Value);
    }

    [Fact]
    public async Task The_principal_does_not_keep_the_token()
    {
        var identity = (await Ask(_setup.Jwt(("Secret", Token.Secret)), Token.Hs256("""{"sub":"a"}"""))).Identity!;

        Assert.IsType<System.Security.Claims.ClaimsIdentity>(identity.Principal.Identity);
    }

    [Fact]
    public async Task Grants_are_read_from_the_claims()
    {
        var options = new JwtOptions { Secret = Token.Secret };
        var keys = new FixedKeys([JwtKey.FromSecret(Encoding.UTF8.GetBytes(Token.Secret), null, ["HS256"])]);
        var scheme = new JwtScheme("jwt", options, ["HS256"], keys, _setup.Time,
            claims => claims.GetProperty("all").GetBoolean() ? Grants.Everything : Grants.Nothing);

        Assert.True((await Ask(scheme, Token.Hs256("""{"all":true}"""))).Identity!.Grants.Allows("m", "a", "/"));
        Assert.False((await Ask(scheme, Token.Hs256("""{"all":false}"""))).Identity!.Grants.Allows("m", "a", "/"));
    }

    [Fact]
    public async Task No_token_is_a_missing_token() => Assert.Equal("token_missing", await CodeOf(null));

    [Fact]
    public async Task Without_dates_a_token_is_good_for_ever()
    {
        var identity = (await Ask(_setup.Jwt(("Secret", Token.Secret)), Token.Hs256("{}"))).Identity!;

        Assert.Null(identity.Expires);
        Assert.Null(identity.Subject);
    }

    [Theory]
    [InlineData("1700000000", "token_expired")]
    [InlineData("1700000001", "accepted")]
    [InlineData("1700000000.5", "accepted")]
    [InlineData("1699999999.9999999", "token_expired")]
    [InlineData("1700003600.123456", "accepted")]
    [InlineData("1.7e9", "token_expired")]
    [InlineData("1.70000000001E+9", "accepted")]
    [InlineData("17000000015e-1", "accepted")]
    [InlineData("-1", "token_expired")]
    [InlineData("-1e18", "token_expired")]
    [InlineData("0", "token_expired")]
    [InlineData("1e-30", "token_expired")]
    [InlineData("253402300800", "accepted")]
    [InlineData("9223372036854775807", "accepted")]
    [InlineData("9223372036854775808", "token_malformed")]
    [InlineData("1e300", "token_malformed")]
    [InlineData("1e999999999999", "token_malformed")]
    [InlineData("\"1700003600\"", "token_malformed")]
    [InlineData("null", "token_malformed")]
    [InlineData("[1700003600]", "token_malformed")]
    public async Task A_token_is_expired_from_exp_on(string exp, string code) =>
        Assert.Equal(code, await CodeOf(Token.Hs256($$"""{"exp":{{exp}}}""")));

    [Theory]
    [InlineData("1700000000", "accepted")]
    [InlineData("1700000000.0000001", "token_not_yet_valid")]
    [InlineData("1699999999.5", "accepted")]
    [InlineData("1.7e9", "accepted")]
    [InlineData("1.8e9", "token_not_yet_valid")]
    [InlineData("-1e18", "accepted")]
    [InlineData("253402300800", "token_not_yet_valid")]
    [InlineData("1e18", "token_not_yet_valid")]
    [InlineData("1e19", "token_malformed")]
    [InlineData("true", "token_malformed")]
    public async Task A_token_is_too_early_until_nbf(string nbf, string code) =>
        Assert.Equal(code, await CodeOf(Token.Hs256($$"""{"nbf":{{nbf}}}""")));

    [Fact]
    public async Task A_date_beyond_the_calendar_is_no_end()
    {
        var identity = (await Ask(_setup.Jwt(("Secret", Token.Secret)), Token.Hs256("""{"exp":1e18,"nbf":-1e18}"""))).Identity!;

        Assert.Null(identity.Expires);
        Assert.Null(identity.NotBefore);
    }

    [Fact]
    public async Task The_clock_skew_widens_both_ends_and_moves_the_end_of_the_connection()
    {
        (string, string?)[] settings = [("Secret", Token.Secret), ("ClockSkew", "00:00:30")];

        Assert.Equal("accepted", await CodeOf(Token.Hs256("""{"exp":1699999971,"nbf":1700000030}"""), settings));
        Assert.Equal("token_expired", await CodeOf(Token.Hs256("""{"exp":1699999970}"""), settings));
        Assert.Equal("token_not_yet_valid", await CodeOf(Token.Hs256("""{"nbf":1700000031}"""), settings));
        var identity = (await Ask(_setup.Jwt(settings), Token.Hs256("""{"exp":1700000000}"""))).Identity!;
        Assert.Equal(SchemeSetup.Start.AddSeconds(30), identity.Expires);
    }

    [Theory]
    [InlineData("""{"iss":"me","aud":"us"}""", "accepted")]
    [InlineData("""{"iss":"me","aud":["them","us"]}""", "accepted")]
    [InlineData("""{"iss":"you","aud":"us"}""", "claim_invalid")]
    [InlineData("""{"iss":"ME","aud":"us"}""", "claim_invalid")]
    [InlineData("""{"aud":"us"}""", "claim_invalid")]
    [InlineData("""{"iss":"me","aud":"us/"}""", "claim_invalid")]
    [InlineData("""{"iss":"me","aud":["them"]}""", "claim_invalid")]
    [InlineData("""{"iss":"me","aud":[]}""", "claim_invalid")]
    [InlineData("""{"iss":"me"}""", "claim_invalid")]
    [InlineData("""{"iss":"me","aud":["us",5]}""", "token_malformed")]
    public async Task Issuer_and_audience_have_to_be_those_of_the_options(string claims, string code) =>
        Assert.Equal(code, await CodeOf(Token.Hs256(claims), ("Secret", Token.Secret), ("Issuer", "me"), ("Audience", "us")));

    [Fact]
    public async Task Issuer_and_audience_are_not_asked_for_without_options() =>
        Assert.Equal("accepted", await CodeOf(Token.Hs256("""{"iss":"anybody","aud":["anything"]}""")));

    [Fact]
    public async Task Any_of_several_secrets_may_have_signed()
    {
        (string, string?)[] settings = [("Secret", "a third secret that is long enough ."), ("Secrets:0", Token.Secret), ("Secrets:1", Token.OtherSecret)];

        Assert.Equal("accepted", await CodeOf(Token.Hs256("{}"), settings));
        Assert.Equal("accepted", await CodeOf(Token.Hs256("{}", Token.OtherSecret), settings));
        Assert.Equal("signature_invalid", await CodeOf(Token.Hs256("{}", "a fourth secret that is not known to it"), settings));
    }

    [Fact]
    public async Task Several_secrets_may_stand_in_one_text() =>
        Assert.Equal("accepted", await CodeOf(Token.Hs256("{}", Token.OtherSecret), ("Secrets", $"{Token.Secret};{Token.OtherSecret}")));

    [Fact]
    public async Task A_secret_has_no_name_so_it_may_be_any_that_a_token_names() =>
        Assert.Equal("accepted", await CodeOf(Token.Hs256("{}", header: """{"alg":"HS256","kid":"2023-11"}""")));

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"None"}""")]
    [InlineData("""{"alg":""}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"HS384"}""")]
    [InlineData("""{"alg":"RS256"}""")]
    [InlineData("{}")]
    public async Task Only_the_algorithms_of_the_scheme_are_taken(string header)
    {
        Assert.Equal("signature_invalid", await CodeOf(Token.Hs256("{}", header: header)));
        Assert.Equal("signature_invalid", await CodeOf(Token.Unsigned("{}", header)));
    }

    [Fact]
    public async Task Longer_hashes_are_taken_where_they_are_named_and_then_only_they()
    {
        byte[] secret = Encoding.UTF8.GetBytes(Token.Secret);
        string hs384 = Token.Sign("""{"alg":"HS384"}""", "{}", signed => HMACSHA384.HashData(secret, signed));
        string hs512 = Token.Sign("""{"alg":"HS512"}""", "{}", signed => HMACSHA512.HashData(secret, signed));
        (string, string?)[] named = [("Secret", Token.Secret), ("Algorithms", "HS384;HS512")];

        Assert.Equal("accepted", await CodeOf(hs384, named));
        Assert.Equal("accepted", await CodeOf(hs512, named));
        Assert.Equal("signature_invalid", await CodeOf(hs512));
        Assert.Equal("signature_invalid", await CodeOf(Token.Hs256("{}"), named));
    }

    [Fact]
    public async Task A_signature_that_was_cut_or_changed_is_invalid()
    {
        string token = Token.Hs256("""{"sub":"a"}""");
        int dot = token.LastIndexOf('.');

        Assert.Equal("signature_invalid", await CodeOf(token[..(dot + 1)]));
        Assert.Equal("signature_invalid", await CodeOf(token[..(dot + 1)] + token[(dot + 5)..]));
        Assert.Equal("signature_invalid", await CodeOf(token[..(dot + 1)] + Token.Text("something else")));
        Assert.Equal("signature_invalid", await CodeOf(token.Replace(token.Split('.')[1], Token.Text("""{"sub":"b"}"""), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("a.b.c.d")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA==")]
    [InlineData(" eyJhbGciOiJIUzI1NiJ9.e30.AA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.A")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AB")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e31.AA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.é")]
    [InlineData("""{"payload":"e30","signatures":[]}""")]
    public async Task What_is_not_three_parts_of_base64url_is_malformed(string token) =>
        Assert.Equal("token_malformed", await CodeOf(token));

    [Fact]
    public async Task Encrypted_tokens_are_malformed() =>
        Assert.Equal("token_malformed", await CodeOf($"{Token.Text("""{"alg":"dir","enc":"A128GCM"}""")}..AAAA.AAAA.AAAA"));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("""{"alg":"HS256","alg":"none"}""")]
    [InlineData("""{"alg":"HS256","\u0061lg":"HS256"}""")]
    [InlineData("""{"alg":5}""")]
    [InlineData("""{"alg":null}""")]
    [InlineData("""{"alg":"HS256","kid":7}""")]
    [InlineData("""{"alg":"HS256","typ":[]}""")]
    [InlineData("""{"alg":"HS256","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"HS256","crit":[]}""")]
    [InlineData("""{"alg":"HS256","zip":"DEF"}""")]
    [InlineData("""{"alg":"HS256","enc":"A128GCM"}""")]
    [InlineData("""{"alg":"HS256","b64":false}""")]
    [InlineData("""{"alg":"HS256","kid":"\ud800"}""")]
    [InlineData("{\"alg\":\"HS256\",\"kid\":\"\u00ff\"}")]
    [InlineData("""{"alg":"HS256","x":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    public async Task A_header_that_is_not_understood_is_malformed(string header) =>
        Assert.Equal("token_malformed", await CodeOf(Token.Hs256("{}", header: header)));

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("""{"sub":"a","sub":"b"}""")]
    [InlineData("""{"icepeak":{"version":1,"version":2}}""")]
    [InlineData("""{"sub":5}""")]
    [InlineData("""{"sub":null}""")]
    [InlineData("""{"iss":[]}""")]
    [InlineData("""{"jti":{}}""")]
    [InlineData("""{"iat":"x"}""")]
    [InlineData("""{"aud":{}}""")]
    [InlineData("""{"aud":null}""")]
    [InlineData("""{"sub":"\udc00"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("{\"sub\":\"\u00ff\"}")]
    public async Task Claims_that_are_no_object_or_of_wrong_types_are_malformed(string claims) =>
        Assert.Equal("token_malformed", await CodeOf(Token.Hs256(claims)));

    [Fact]
    public async Task A_token_beyond_8_kilobytes_is_malformed()
    {
        string Sized(int length)
        {
            for (int filling = 6000; ; filling++)
            {
                string token = Token.Hs256($$"""{"x":"{{new string('x', filling)}}"}""");
                if (token.Length >= length)
                    return token;
            }
        }

        string fits = Sized(8191), exceeds = Sized(8193);
        Assert.InRange(fits.Length, 8191, 8192);
        Assert.Equal("accepted", await CodeOf(fits));
        Assert.Equal("token_malformed", await CodeOf(exceeds));
    }

    [Fact]
    public async Task Of_several_things_the_signature_is_told_first_then_the_time_then_the_claims()
    {
        (string, string?)[] settings = [("Secret", Token.Secret), ("Issuer", "me")];

        Assert.Equal("signature_invalid", await CodeOf(Token.Hs256("""{"exp":1,"iss":"you"}""", Token.OtherSecret), settings));
        Assert.Equal("token_expired", await CodeOf(Token.Hs256("""{"exp":1,"iss":"you"}"""), settings));
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"RS256","kid":"x"}""")]
    [InlineData("""{"alg":"anything"}""")]
    [InlineData("{}")]
    public async Task Behind_a_proxy_claims_are_believed_whoever_signed(string header)
    {
        (string, string?)[] settings = [("TrustProxy", "true"), ("Issuer", "me")];

        Assert.Equal("accepted", await CodeOf(Token.Unsigned("""{"iss":"me","sub":"a"}""", header), settings));
        Assert.Equal("token_expired", await CodeOf(Token.Unsigned("""{"iss":"me","exp":1700000000}""", header), settings));
        Assert.Equal("token_not_yet_valid", await CodeOf(Token.Unsigned("""{"iss":"me","nbf":1700000001}""", header), settings));
        Assert.Equal("claim_invalid", await CodeOf(Token.Unsigned("""{"iss":"you"}""", header), settings));
    }

    [Fact]
    public void Trusting_a_proxy_is_warned_of_at_the_start()
    {
        _setup.Jwt(("TrustProxy", "true"));

        Assert.StartsWith("Warning JwtTrustsProxy: Auth:jwt ", Assert.Single(_setup.Logs.All), StringComparison.Ordinal);
    }
}
