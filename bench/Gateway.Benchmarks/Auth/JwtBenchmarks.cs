using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Jwt;

namespace Gateway.Benchmarks.Auth;

/// <summary>What a token costs: the first time, and from then on.</summary>
[MemoryDiagnoser]
public class JwtBenchmarks
{
    const string Claims =
        """{"iss":"https://issuer","aud":"gateway","sub":"alice","iat":1700000000,"exp":4100000000,"gateway":{"version":1,"grants":[{"module":"channels","paths":["/room/*"],"actions":["subscribe","publish"]}]}}""";

    readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    readonly RSA _rsa = RSA.Create(2048);
    readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly JwtScheme _scheme;
    readonly CachedScheme _cached;
    readonly Credentials _hs256;
    readonly Credentials _rs256;
    readonly Credentials _es256;
    readonly Credentials _forged;

    public JwtBenchmarks()
    {
        string[] all = ["HS256", "RS256", "ES256"];
        var keys = new FixedKeys(
        [
            JwtKey.FromSecret(_secret, "hs", all),
            PublicKeys.Rsa(_rsa.ExportParameters(false), "rs", all)!,
            PublicKeys.EllipticCurve(_ec.ExportParameters(false), "es", all)!,
        ]);
        var options = new JwtOptions { Issuer = "https://issuer", Audience = "gateway" };
        _scheme = new JwtScheme("jwt", options, all, keys, TimeProvider.System, _ => Grants.Nothing);
        _cached = new CachedScheme(_scheme, new TokenCache(), TimeProvider.System);
        _hs256 = Sign("hs", "HS256", signed => HMACSHA256.HashData(_secret, signed));
        _rs256 = Sign("rs", "RS256", signed => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        _es256 = Sign("es", "ES256", signed => _ec.SignData(signed, HashAlgorithmName.SHA256));
        _forged = Sign("hs", "HS256", _ => new byte[32]);
    }

    [Benchmark]
    public ValueTask<AuthResult> CachedToken() => _cached.AuthenticateAsync(_hs256, default);

    [Benchmark]
    public ValueTask<AuthResult> NewHs256Token() => _scheme.AuthenticateAsync(_hs256, default);

    [Benchmark]
    public ValueTask<AuthResult> NewRs256Token() => _scheme.AuthenticateAsync(_rs256, default);

    [Benchmark]
    public ValueTask<AuthResult> NewEs256Token() => _scheme.AuthenticateAsync(_es256, default);

    [Benchmark]
    public ValueTask<AuthResult> ForgedToken() => _cached.AuthenticateAsync(_forged, default);

    static Credentials Sign(string kid, string algorithm, Func<byte[], byte[]> sign)
    {
        string header = $$"""{"alg":"{{algorithm}}","kid":"{{kid}}","typ":"JWT"}""";
        string signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Claims))}";
        return new($"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}", null);
    }
}
