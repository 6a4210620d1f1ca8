using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Core.Auth;

namespace Gateway.Benchmarks.Auth;

/// <summary>What it costs to read a token's grants, once, and to check one, on every request.</summary>
[MemoryDiagnoser]
public class GrantBenchmarks
{
    static readonly GrantClaims Claims = new([new GatewayClaim()]);

    readonly JsonElement _claim = Claim("/lobby", "/room/*", "/user/*/inbox");
    readonly string[] _segments = ["room", "1234", "typing"];
    Grants _usual = null!;
    Grants _many = null!;
    Grants _worst = null!;

    [GlobalSetup]
    public void Setup()
    {
        _usual = Claims.Read(_claim);
        _many = Claims.Read(Claim([.. Enumerable.Range(0, 256).Select(room => $"/room/{room}/*")]));
        _worst = Claims.Read(Claim([.. Enumerable.Range(0, 32).Select(Ambiguous)]));
        if (_usual.Fault != null || _many.Fault != null || _worst.Fault != null)
            throw new InvalidOperationException("A claim was not taken.");
    }

    [Benchmark]
    public Grants Read() => Claims.Read(_claim);

    [Benchmark]
    public bool Allowed() => _usual.Allows("Channels", "publish", "/room/1234/typing");

    [Benchmark]
    public bool AllowedBySegments() => _usual.Allows("Channels", "publish", _segments);

    [Benchmark]
    public bool Refused() => _usual.Allows("Channels", "publish", "/user/1234/outbox");

    [Benchmark]
    public bool AllowedByOneOf256() => _many.Allows("Channels", "publish", "/room/201/typing");

    /// <summary>A token made to be slow: as many places as allowed have to be visited.</summary>
    [Benchmark]
    public bool RefusedByTheWorst() => _worst.Allows("Channels", "publish", "/a/a/a/a/a/a/a/b");

    /// <summary>One of 32 paths of seven segments, <c>a</c> or <c>*</c>, of which each could match.</summary>
    static string Ambiguous(int number) =>
        $"/{string.Join('/', Enumerable.Range(0, 5).Select(bit => (number >> bit & 1) == 0 ? "a" : "*"))}/a/a";

    static JsonElement Claim(params string[] paths) => JsonSerializer.SerializeToElement(new
    {
        gateway = new
        {
            version = 1,
            grants = new[] { new { module = "channels", paths, actions = (string[])["subscribe", "publish"] } },
        },
    });
}
