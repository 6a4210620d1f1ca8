using System.Security.Claims;
using BenchmarkDotNet.Attributes;
using Gateway.Core.Auth;

namespace Gateway.Benchmarks.Auth;

/// <summary>What the cache of tokens costs when it is full.</summary>
[MemoryDiagnoser]
public class TokenCacheBenchmarks
{
    readonly TokenCache _cache = new();
    readonly TokenHash[] _known = new TokenHash[TokenCache.DefaultCapacity];
    readonly TokenHash[] _new = [.. Enumerable.Range(0, 1 << 16).Select(i => TokenHash.Of($"new {i}"))];
    readonly Identity _identity = new("jwt", "alice", new ClaimsPrincipal(), Grants.Nothing, null, null);
    int _next;

    public TokenCacheBenchmarks()
    {
        for (int i = 0; i < _known.Length; i++)
        {
            _known[i] = TokenHash.Of($"known {i}");
            _cache.Add(_known[i], _identity, 0);
        }
    }

    [Benchmark]
    public object? FindInFullJwtCache() => _cache.Find(_known[_next = (_next + 7919) % _known.Length], 0);

    [Benchmark]
    public void AddToFullJwtCache() => _cache.Add(_new[++_next % _new.Length], _identity, 0);
}
