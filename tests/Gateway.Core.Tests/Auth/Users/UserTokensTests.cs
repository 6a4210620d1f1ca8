using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Users;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Core.Tests.Auth.Users;

public sealed class UserTokensTests
{
    const string Header = """{"typ":"JWT","alg":"HS256"}""";

    static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
    static readonly Guid User = Guid.NewGuid();

    readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_250));
    readonly UserTokens _tokens;

    public UserTokensTests() => _tokens = new UserTokens(Secret, _time);

    static string Sign(string header, string claims, byte[]? secret = null)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret ?? Secret, Encoding.UTF8.GetBytes(signed)))}";
    }

    static string Claims(string exp) => $$"""{"sub":"{{User}}","company":"","exp":{{exp}}}""";

    AuthFault? Read(string token) => _tokens.Read(token, out _, out _);

    [Fact]
    public void A_token_is_exactly_what_the_original_makes()
    {
        var (token, expires) = _tokens.Create(User, TimeSpan.FromHours(1));

        Assert.Equal(Sign(Header, Claims("1800003600")), token);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_800_003_600), expires);
        Assert.Null(_tokens.Read(token, out var user, out var end));
        Assert.Equal((User, expires), (user, end));
    }

    [Fact]
    public async Task Another_implementation_accepts_it()
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(_tokens.Create(User, TimeSpan.FromHours(1)).Token, new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(Secret),
            ValidateIssuer = false,
            ValidateAudience = false,
            LifetimeValidator = (_, expires, _, _) => expires > _time.GetUtcNow().UtcDateTime,
        });

        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(User.ToString(), result.Claims["sub"]);
    }

    [Fact]
    public void It_ends_to_the_second_and_not_later()
    {
        var (token, expires) = _tokens.Create(User, TimeSpan.FromHours(1));

        _time.SetUtcNow(expires - TimeSpan.FromTicks(1));
        Assert.Null(Read(token));
        _time.SetUtcNow(expires);
        Assert.Equal(AuthFault.TokenExpired, Read(token));
    }

    [Theory]
    [InlineData("1800000000.2", "token_expired")]
    [InlineData("1800000000.5", null)]
    [InlineData("1e18", null)]
    [InlineData("1e300", "token_malformed")]
    [InlineData("0", "token_expired")]
    [InlineData("-1e18", "token_expired")]
    [InlineData("\"1900000000\"", "token_malformed")]
    [InlineData("null", "token_malformed")]
    public void The_end_is_any_number(string exp, string? code) => Assert.Equal(code, Read(Sign(Header, Claims(exp)))?.Code);

    [Fact]
    public void A_begin_counts_where_there_is_one()
    {
        Assert.Equal(AuthFault.TokenNotYetValid, Read(Sign(Header, $$"""{"sub":"{{User}}","exp":1900000000,"nbf":1800000001}""")));
        Assert.Null(Read(Sign(Header, $$"""{"sub":"{{User}}","exp":1900000000,"nbf":1800000000}""")));
    }

    [Theory]
    [InlineData("""{"sub":"nobody","exp":1900000000}""")]
    [InlineData("""{"sub":1,"exp":1900000000}""")]
    [InlineData("""{"sub":"\ud83d","exp":1900000000}""")]
    [InlineData("""{"exp":1900000000}""")]
    [InlineData("""{"sub":"1c1cf1c8-5ccd-4b4d-9d5a-4d2d2b8bd6a5"}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""{""")]
    [InlineData("")]
    public void Claims_that_are_none_are_malformed(string claims) => Assert.Equal(AuthFault.TokenMalformed, Read(Sign(Header, claims)));

    [Theory]
    [InlineData("""{"typ":"JWT","alg":"none"}""", "signature_invalid")]
    [InlineData("""{"typ":"JWT","alg":"HS384"}""", "signature_invalid")]
    [InlineData("""{"typ":"JWT","alg":"hs256"}""", "signature_invalid")]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""", "token_malformed")]
    [InlineData("""{"typ":"JWT"}""", "signature_invalid")]
    [InlineData("""{"alg":["HS256"]}""", "token_malformed")]
    [InlineData("""{"alg":"HS256"}""", null)]
    public void Nothing_but_HS256_is_taken(string header, string? code) =>
        Assert.Equal(code, Read(Sign(header, Claims("1900000000")))?.Code);

    [Fact]
    public void A_signature_by_another_secret_or_none_is_invalid()
    {
        var token = _tokens.Create(User, TimeSpan.FromHours(1)).Token;

        Assert.Equal(AuthFault.SignatureInvalid, Read(Sign(Header, Claims("1900000000"), new byte[32])));
        Assert.Equal(AuthFault.SignatureInvalid, Read(token[..(token.LastIndexOf('.') + 1)]));
        Assert.Equal(AuthFault.SignatureInvalid, Read(Sign("""{"alg":"none"}""", Claims("1900000000"))[..^43]));
    }

    [Fact]
    public void Only_one_spelling_of_a_signature_is_right()
    {
        var token = _tokens.Create(User, TimeSpan.FromHours(1)).Token;
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // The last character carries four bits, so four characters decode alike.
        var sibling = Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) ^ 1];

        Assert.Equal(AuthFault.TokenMalformed, Read(token[..^1] + sibling));
        Assert.Equal(AuthFault.TokenMalformed, Read(token + "="));
        Assert.Equal(AuthFault.TokenMalformed, Read(token + " "));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    public void What_has_not_three_parts_is_no_token(string token) => Assert.Equal(AuthFault.TokenMalformed, Read(token));

    [Theory]
    [InlineData("..")]
    [InlineData("é.é.é")]
    [InlineData("\ud83d.\ud83d.\ud83d")]
    public void What_is_not_base64url_is_no_token(string token) => Assert.Equal(AuthFault.TokenMalformed, Read(token));
}
