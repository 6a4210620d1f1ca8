using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Testing;

namespace Gateway.Core.Tests.Auth.Jwt;

public sealed class JwtKeyFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly RSA _rsa = RSA.Create(2048);
    readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _folder.Dispose();
        _rsa.Dispose();
        _ec.Dispose();
    }

    SchemeSetup Setup() => new() { BaseDirectory = _folder.Path };

    async Task<string> CodeOf(string file, string token, string? algorithms = null)
    {
        _folder.Write("keys", file);
        var scheme = Setup().Jwt(("KeyFile", "keys"), ("Algorithms", algorithms));
        var result = await scheme.AuthenticateAsync(new(token, null), default);
        return result.Fault?.Code ?? "accepted";
    }

    string FaultOf(string file, string? algorithms = null)
    {
        _folder.Write("keys", file);
        return Assert.Single(Setup().FaultsOfJwt(("KeyFile", "keys"), ("Algorithms", algorithms)));
    }

    [Fact]
    public async Task Public_keys_verify_what_their_private_ones_signed()
    {
        string pem = _rsa.ExportSubjectPublicKeyInfoPem() + "\n" + _ec.ExportSubjectPublicKeyInfoPem();

        Assert.Equal("accepted", await CodeOf(pem, Token.Rs256("{}", _rsa)));
        Assert.Equal("accepted", await CodeOf(pem, Token.Es256("{}", _ec, kid: "any")));
        Assert.Equal("accepted", await CodeOf(_rsa.ExportRSAPublicKeyPem(), Token.Rs256("{}", _rsa)));
        using var other = RSA.Create(2048);
        Assert.Equal("signature_invalid", await CodeOf(pem, Token.Rs256("{}", other)));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public async Task An_Rsa_key_serves_both_paddings(string algorithm)
    {
        var padding = algorithm[0] == 'R' ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
        string token = Token.Sign(Token.Header(algorithm, null), "{}", signed => _rsa.SignData(signed, new("SHA" + algorithm[2..]), padding));

        Assert.Equal("accepted", await CodeOf(_rsa.ExportSubjectPublicKeyInfoPem(), token));
        Assert.Equal("accepted", await CodeOf(_rsa.ExportSubjectPublicKeyInfoPem(), token, algorithm));
        Assert.Equal("signature_invalid", await CodeOf(_rsa.ExportSubjectPublicKeyInfoPem(), token, algorithm == "RS256" ? "RS384" : "RS256"));
    }

    [Theory]
    [InlineData("ES256", "nistP256", "SHA256")]
    [InlineData("ES384", "nistP384", "SHA384")]
    [InlineData("ES512", "nistP521", "SHA512")]
    public async Task A_curve_serves_its_own_algorithm(string algorithm, string curve, string hash)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        string token = Token.Sign(Token.Header(algorithm, null), "{}", signed => key.SignData(signed, new HashAlgorithmName(hash)));

        Assert.Equal("accepted", await CodeOf(key.ExportSubjectPublicKeyInfoPem(), token));
        int signature = token.LastIndexOf('.') + 1;
        Assert.Equal("signature_invalid", await CodeOf(key.ExportSubjectPublicKeyInfoPem(), token[..signature] + token[(signature + 4)..]));
    }

    [Fact]
    public async Task A_certificate_is_read_for_its_key()
    {
        var request = new CertificateRequest("CN=issuer", _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(SchemeSetup.Start, SchemeSetup.Start.AddDays(1));

        Assert.Equal("accepted", await CodeOf(certificate.ExportCertificatePem(), Token.Rs256("{}", _rsa)));
    }

    [Fact]
    public async Task A_public_key_never_serves_as_a_secret()
    {
        string pem = _rsa.ExportSubjectPublicKeyInfoPem();
        byte[][] guesses = [Encoding.UTF8.GetBytes(pem), Encoding.UTF8.GetBytes(pem + "\n"), _rsa.ExportSubjectPublicKeyInfo(), _rsa.ExportRSAPublicKey()];

        foreach (byte[] guess in guesses)
            Assert.Equal("signature_invalid", await CodeOf(pem, Token.Sign("""{"alg":"HS256"}""", "{}", signed => HMACSHA256.HashData(guess, signed))));
    }

    [Fact]
    public async Task A_key_set_in_a_file_is_read_with_its_names()
    {
        string set = JwksDocument.Of(JwksDocument.Key(_rsa, "one"));

        Assert.Equal("accepted", await CodeOf(set, Token.Rs256("{}", _rsa, "one")));
        Assert.Equal("accepted", await CodeOf(set, Token.Rs256("{}", _rsa)));
        Assert.Equal("signature_invalid", await CodeOf(set, Token.Rs256("{}", _rsa, "two")));
    }

    [Theory]
    [InlineData("\"alg\":\"PS256\",")]
    [InlineData("\"use\":\"enc\",")]
    [InlineData("\"key_ops\":[\"sign\"],")]
    [InlineData("\"alg\":\"RSA-OAEP\",")]
    public async Task What_a_key_says_it_is_for_is_respected(string member)
    {
        using var other = RSA.Create(2048);
        string set = JwksDocument.Of(JwksDocument.Key(_rsa, "one", member), JwksDocument.Key(other, "two"));

        Assert.Equal("signature_invalid", await CodeOf(set, Token.Rs256("{}", _rsa, "one")));
        Assert.Equal("accepted", await CodeOf(set, Token.Rs256("{}", other, "two")));
    }

    [Fact]
    public void A_secret_or_a_private_key_in_a_set_is_no_key()
    {
        string secret = $$"""{"kty":"oct","k":"{{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}}"}""";

        Assert.Contains("no key in it that can be used", FaultOf(JwksDocument.Of(secret)), StringComparison.Ordinal);
        Assert.Contains("no key in it that can be used", FaultOf(JwksDocument.Of(JwksDocument.Key(_rsa, "x", "\"d\":\"AQAB\","))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_is_refused_and_not_shown()
    {
        string pem = _rsa.ExportPkcs8PrivateKeyPem();

        Assert.StartsWith("Auth:jwt:KeyFile: keys: a PRIVATE KEY, which is no public key; allowed: ", FaultOf(pem), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_key_is_refused()
    {
        using var weak = RSA.Create(1024);

        Assert.Contains("too weak", FaultOf(weak.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("too weak or of no known kind", FaultOf(ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1).ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"keys\":7}")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void A_file_without_keys_is_a_fault(string file) =>
        Assert.StartsWith("Auth:jwt:KeyFile: keys: ", FaultOf(file), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_a_fault() =>
        Assert.StartsWith("Auth:jwt:KeyFile: absent: ", Assert.Single(Setup().FaultsOfJwt(("KeyFile", "absent"))), StringComparison.Ordinal);

    [Fact]
    public void An_algorithm_that_does_not_fit_the_key_is_a_fault()
    {
        Assert.StartsWith("Auth:jwt:KeyFile: keys: a PUBLIC KEY that serves none of the algorithms;", FaultOf(_ec.ExportSubjectPublicKeyInfoPem(), "RS256"), StringComparison.Ordinal);
        Assert.Equal(
            "Auth:jwt:Algorithms: \"RS256\" does not fit the kind of key in keys; allowed: ES256",
            FaultOf(_ec.ExportSubjectPublicKeyInfoPem(), "ES256;RS256"));
    }
}
