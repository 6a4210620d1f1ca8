using Gateway.Core.Auth;
using Gateway.Core.Auth.StaticTokens;

namespace Gateway.Core.Tests.Auth.StaticTokens;

public sealed class StaticTokensSchemeTests
{
    readonly SchemeBuilder _builder = new(new StaticTokensSchemeType(), "unused");

    async Task<AuthResult> AuthenticateAsync(string? token) =>
        await _builder.Build("""{"Type":"StaticTokens","Tokens":["tik","täk","tok"]}""")
            .AuthenticateAsync(new Credentials(token, null), CancellationToken.None);

    [Theory]
    [InlineData("tik")]
    [InlineData("täk")]
    [InlineData("tok")]
    public async Task Each_token_allows_everything(string token)
    {
        var identity = (await AuthenticateAsync(token)).Identity!;

        Assert.Equal("scheme", identity.Scheme);
        Assert.Same(Grants.Everything, identity.Grants);
        Assert.Equal(TokenHash.Of(token), identity.TokenHash);
        Assert.Equal((null, null), (identity.Subject, identity.Expires));
        Assert.True(identity.Principal.Identity!.IsAuthenticated);
    }

    [Theory]
    [InlineData("Tik")]
    [InlineData("ti")]
    [InlineData("tikk")]
    [InlineData(" tik")]
    [InlineData("tik;tok")]
    [InlineData("\ud83d")]
    public async Task Any_other_is_unknown(string token) => Assert.Equal(AuthFault.TokenUnknown, (await AuthenticateAsync(token)).Fault);

    [Fact]
    public async Task None_is_missing_and_a_large_one_malformed()
    {
        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(null)).Fault);
        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync("")).Fault);
        Assert.Equal(AuthFault.TokenMalformed, (await AuthenticateAsync(new string('t', 8193))).Fault);
    }

    [Theory]
    [InlineData("""{"Type":"StaticTokens"}""", "Auth:scheme:Tokens: no token")]
    [InlineData("""{"Type":"StaticTokens","Tokens":[]}""", "Auth:scheme:Tokens: no token")]
    [InlineData("""{"Type":"StaticTokens","Tokens":["tik",""]}""", "Auth:scheme:Tokens:1: is blank")]
    [InlineData("""{"Type":"StaticTokens","Tokens":["tik"," "]}""", "Auth:scheme:Tokens:1: is blank")]
    [InlineData("""{"Type":"StaticTokens","Tokens":{"a":"tik"}}""", "Auth:scheme:Tokens: is a section")]
    [InlineData("""{"Type":"StaticTokens","Token":"tik"}""", "Auth:scheme:Token: unknown key, did you mean Tokens?")]
    public void What_is_wrong_in_the_configuration_is_a_fault_that_shows_no_token(string json, string start)
    {
        var faults = _builder.Faults(json);

        Assert.StartsWith(start, faults[0]);
        Assert.All(faults, fault => Assert.DoesNotContain("tik", fault));
    }

    [Fact]
    public void A_token_that_could_never_be_presented_is_a_fault()
    {
        Assert.StartsWith("Auth:scheme:Tokens:0: is too long",
            Assert.Single(_builder.Faults($$"""{"Type":"StaticTokens","Tokens":["{{new string('t', 8193)}}"]}""")));
    }
}
