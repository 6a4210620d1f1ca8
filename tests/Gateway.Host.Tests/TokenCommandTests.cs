using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public sealed class TokenCommandTests
{
    const string Header = """{"alg":"HS256","typ":"JWT"}""";
    const string Strong = "a secret of no less than thirty-two bytes";

    [Fact]
    public async Task It_prints_what_icepeak_token_gen_prints()
    {
        var (exitCode, stdout, _) = await RunAsync("", "-s", "s3cret", "-p", "a:r");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpY2VwZWFrIjp7InZlcnNpb24iOjEsIndoaXRlbGlzdCI6W3sibW9kZXMiOlsicmVhZCJdLCJwcmVmaXgiOlsiYSJdfV19fQ.850PcETaf0D8lrme-CH8Q9LkbXBQCqBcPGel9-AK48c",
            stdout);
    }

    [Fact]
    public async Task Paths_expiry_and_a_strong_secret_make_a_signed_token_without_a_warning()
    {
        long before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (exitCode, stdout, stderr) = await RunAsync("", "-p", "/foo:rw", "--path=/a//b/:w", "-p", ":r", "-e", "3600", "-s", Strong);
        var claims = Verify(stdout, Strong);

        Assert.Equal(0, exitCode);
        Assert.Empty(stderr);
        Assert.Equal(["exp", "icepeak"], claims.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal(
            """{"version":1,"whitelist":[{"modes":["read","write"],"prefix":["foo"]},{"modes":["write"],"prefix":["a","b"]},{"modes":["read"],"prefix":[]}]}""",
            claims.GetProperty("icepeak").GetRawText());
        Assert.InRange(claims.GetProperty("exp").GetInt64(), before + 3600, before + 3660);
    }

    [Fact]
    public async Task Grants_make_the_gateways_own_claim()
    {
        var (exitCode, stdout, _) = await RunAsync(
            "", "-g", "channels:/room/*:subscribe,publish", "--grant", "*:/a:b/ü:*", "--subject", "joe", "--jwt-secret", Strong);
        var claims = Verify(stdout, Strong);

        Assert.Equal(0, exitCode);
        Assert.Equal(
            """{"gateway":{"grants":[{"actions":["subscribe","publish"],"module":"channels","paths":["/room/*"]},{"actions":["*"],"module":"*","paths":["/a:b/ü"]}],"version":1},"sub":"joe"}""",
            claims.GetRawText());
    }

    [Fact]
    public async Task Both_kinds_of_grants_make_both_claims()
    {
        var (_, stdout, _) = await RunAsync("", "-p", "/:r", "-g", "events:/*:read", "-s", Strong);

        Assert.Equal(["gateway", "icepeak"], Verify(stdout, Strong).EnumerateObject().Select(claim => claim.Name));
    }

    [Fact]
    public async Task The_secret_may_come_from_the_environment_but_the_command_line_has_the_word()
    {
        var (_, fromEnvironment, _) = await RunAsync(Strong, "-p", "/a:r");
        var (_, fromArguments, _) = await RunAsync("another secret, long enough to be taken", "-p", "/a:r", "-s", Strong);

        Verify(fromEnvironment, Strong);
        Assert.Equal(fromEnvironment, fromArguments);
    }

    [Fact]
    public async Task Without_a_secret_the_token_is_not_signed_and_a_warning_says_so()
    {
        var (exitCode, stdout, stderr) = await RunAsync("");

        Assert.Equal(0, exitCode);
        Assert.Equal($"{Encode(Header)}.{Encode("""{"icepeak":{"version":1,"whitelist":[]}}""")}.", stdout);
        Assert.Equal("warning: the token is not signed, as there is neither --jwt-secret nor the variable JWT_SECRET", stderr);
    }

    [Fact]
    public async Task A_short_secret_is_taken_with_a_warning_that_does_not_show_it()
    {
        var (exitCode, stdout, stderr) = await RunAsync("", "-p", "/a:r", "-s", "tiny-secret");

        Verify(stdout, "tiny-secret");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("warning: the secret is shorter than 32 bytes", stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("tiny", stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-p needs PATH:MODES, where PATH has no colon and MODES is r, w or rw", "-p", "/a:x")]
    [InlineData("--path needs PATH:MODES", "--path", "/a")]
    [InlineData("-p needs PATH:MODES", "-p", "/a:b:r")]
    [InlineData("-p needs PATH:MODES", "-p")]
    [InlineData("-g needs MODULE:PATH:ACTIONS", "-g", "channels:publish")]
    [InlineData("-g needs MODULE:PATH:ACTIONS", "-g", "channels:room:publish")]
    [InlineData("-g needs MODULE:PATH:ACTIONS", "-g", ":/room:publish")]
    [InlineData("-g needs MODULE:PATH:ACTIONS", "-g", "channels:/room:a,,b")]
    [InlineData("-e needs a whole number of seconds, at most 2147483647", "-e", "1.5")]
    [InlineData("-e needs a whole number of seconds", "-e", "2147483648")]
    [InlineData("-s needs a secret of at least one character", "-s", "")]
    [InlineData("--subject needs a name", "--subject=")]
    [InlineData("argument 3 of token is no option; allowed are -p/--path PATH:MODES, -g/--grant", "-s", "correct horse", "battery")]
    [InlineData("argument 1 of token is no option", "--jwt-secrt=correct horse")]
    [InlineData("argument 1 of token is no option", "-scorrect horse")]
    public async Task Bad_arguments_are_refused_with_what_is_allowed_and_never_repeated(string refusal, params string[] arguments)
    {
        var (exitCode, stdout, stderr) = await RunAsync("", arguments);

        Assert.Equal(1, exitCode);
        Assert.Empty(stdout);
        Assert.StartsWith(refusal, stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("battery", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_gateway_would_take_is_not_signed()
    {
        var (exitCode, stdout, stderr) = await RunAsync("", "-s", Strong, "-g", $"channels:/{new string('x', 1024)}:subscribe");

        Assert.Equal(1, exitCode);
        Assert.Empty(stdout);
        Assert.StartsWith("Error in gateway.grants[0].paths[0]: more than a token may grant", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_command_and_its_options()
    {
        var (exitCode, stdout, _) = await RunAsync("", "--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("Gateway.Host token [-p PATH:MODES ...]", stdout, StringComparison.Ordinal);
        Assert.Contains("-g, --grant MODULE:PATH:ACTIONS", stdout, StringComparison.Ordinal);
    }

    static Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(string secretVariable, params string[] arguments) =>
        GatewayProcess.RunAsync(
            args: ["token", .. arguments], environment: new Dictionary<string, string> { ["JWT_SECRET"] = secretVariable });

    /// <summary>Checks the signature and returns the claims.</summary>
    static JsonElement Verify(string token, string secret)
    {
        string[] parts = token.Split('.');
        byte[] signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Equal([Encode(Header), parts[1], Base64Url.EncodeToString(signature)], parts);
        return JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
    }

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
