using Gateway.Core.Auth;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Auth;

public sealed class CachedSchemeTests
{
    readonly FakeTimeProvider _time = new(SchemeSetup.Start);
    readonly CountingScheme _inner = new();
    readonly TokenCache _cache = new(capacity: 4);
    readonly CachedScheme _scheme;

    public CachedSchemeTests() => _scheme = new(_inner, _cache, _time);

    async Task<string> CodeOf(string? token) => (await _scheme.AuthenticateAsync(new(token, null), default)).Fault?.Code ?? "accepted";

    [Fact]
    public async Task A_token_seen_before_is_not_checked_again()
    {
        var first = await _scheme.AuthenticateAsync(new("alice.1", null), default);
        var second = await _scheme.AuthenticateAsync(new("alice.1", null), default);

        Assert.Same(first.Identity, second.Identity);
        Assert.Equal(1, _inner.Asked);
        Assert.Equal("alice", (await _scheme.AuthenticateAsync(new("alice.2", null), default)).Identity!.Subject);
        Assert.Equal(2, _inner.Asked);
    }

    [Theory]
    [InlineData(null, "token_missing")]
    [InlineData("bad", "token_unknown")]
    public async Task Refusals_are_not_kept(string? token, string code)
    {
        Assert.Equal(code, await CodeOf(token));
        Assert.Equal(code, await CodeOf(token));

        Assert.Equal(2, _inner.Asked);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task What_is_too_long_is_not_kept()
    {
        Assert.Equal("accepted", await CodeOf(new('x', 8193)));

        Assert.Equal(0, _cache.Count);
        Assert.Equal("accepted", await CodeOf(new('x', 8192)));
        Assert.Equal(1, _cache.Count);
    }

    [Fact]
    public async Task An_entry_ends_with_its_token()
    {
        _inner.Expires = SchemeSetup.Start.AddSeconds(10);
        await CodeOf("alice");
        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal("accepted", await CodeOf("alice"));
        _time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal("token_expired", await CodeOf("alice"));

        Assert.Equal(0, _cache.Count);
        Assert.Equal(1, _inner.Asked);
    }

    [Fact]
    public async Task A_clock_that_goes_back_makes_a_token_too_early_again()
    {
        _inner.NotBefore = SchemeSetup.Start.AddSeconds(-1);
        await CodeOf("alice");
        _time.AdjustTime(SchemeSetup.Start.AddSeconds(-2));
        Assert.Equal("token_not_yet_valid", await CodeOf("alice"));
        _time.AdjustTime(SchemeSetup.Start.AddSeconds(-1));

        Assert.Equal("accepted", await CodeOf("alice"));

        Assert.Equal(1, _inner.Asked);
    }

    [Fact]
    public async Task Other_keys_end_what_the_old_ones_said()
    {
        await CodeOf("alice");
        _inner.Generation++;
        await CodeOf("alice");
        await CodeOf("alice");

        Assert.Equal(2, _inner.Asked);
        Assert.Equal(1, _cache.Count);
    }

    [Fact]
    public async Task Keys_that_change_while_a_token_is_checked_leave_no_entry_behind()
    {
        _inner.Meanwhile = () =>
        {
            _inner.Generation++;
            return Task.CompletedTask;
        };
        await CodeOf("alice");
        _inner.Meanwhile = () => Task.CompletedTask;
        await CodeOf("alice");

        Assert.Equal(2, _inner.Asked);
    }

    [Fact]
    public async Task A_full_cache_loses_what_was_not_asked_for()
    {
        foreach (string token in (string[])["a", "b", "c", "d", "a", "c", "e", "f"])
            await CodeOf(token);
        Assert.Equal(6, _inner.Asked);
        Assert.Equal(4, _cache.Count);

        await CodeOf("a");
        await CodeOf("c");
        Assert.Equal(6, _inner.Asked);
        await CodeOf("b");
        Assert.Equal(7, _inner.Asked);
    }

    [Fact]
    public async Task Many_threads_keep_it_within_its_bounds()
    {
        var cache = new TokenCache(capacity: 100);
        var scheme = new CachedScheme(new CountingScheme(), cache, _time);

        await Parallel.ForAsync(0, 20_000, async (i, cancellation) =>
        {
            string subject = $"user{i % 7}";
            var result = await scheme.AuthenticateAsync(new($"{subject}.{i * 7919 % 331}", null), cancellation);
            Assert.Equal(subject, result.Identity!.Subject);
        });

        Assert.InRange(cache.Count, 1, 100);
    }
}
