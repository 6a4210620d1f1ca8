using System.Security.Claims;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Gateway.Core.Auth;

namespace Gateway.Benchmarks.Auth;

/// <summary>What the cache of tokens costs when it is full.</summary>
[MemoryDiagnoser]
public class TokenCacheBenchmarks
{
    readonly TokenCache _cache = new();
    readonly TokenKey[] _known = new TokenKey[TokenCache.DefaultCapacity];
    readonly Identity _identity = new("jwt", "alice", new ClaimsPrincipal(), Grants.Nothing, null, null);
    int _next;

    public TokenCacheBenchmarks()
    {
        for (int i = 0; i < _known.Length; i++)
        {
            _known[i] = TokenKey.FromHash(RandomNumberGenerator.GetBytes(32));
            _cache.Add(_known[i], _identity, 0, 0);
        }
    }

    [Benchmark]
    public object? FindInFullJwtCache() => _cache.Find(_known[_next = (_next + 7919) % _known.Length], 0);

    [Benchmark]
    public void AddToFullJwtCache() => _cache.Add(new((ulong)++_next, 0, 0, 0), _identity, 0, 0);
}
