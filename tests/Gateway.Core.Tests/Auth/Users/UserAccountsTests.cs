using System.Net;
using Gateway.Core.Auth.Users;
using Gateway.Core.Storage;
using Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Auth.Users;

public sealed class UserAccountsTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    static readonly IPAddress There = IPAddress.Parse("192.0.2.2");

    readonly TemporaryFolder _folder = new();
    readonly TestHasher _hasher = new();
    readonly PasswordQueue _passwords = new(workers: 2);
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    LiteDocumentStore _store;
    UserAccounts _accounts;

    public UserAccountsTests()
    {
        _store = new LiteDocumentStore(Path.Combine(_folder.Path, "accounts.db"));
        _accounts = new UserAccounts(_store, _hasher, _passwords, _time);
    }

    public void Dispose()
    {
        _hasher.Gate.Set();
        _passwords.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    void Reopen()
    {
        _store.Dispose();
        _store = new LiteDocumentStore(Path.Combine(_folder.Path, "accounts.db"));
        _accounts = new UserAccounts(_store, _hasher, _passwords, _time);
    }

    Task<AccountResult<User>> CreateAsync(string username, string password = "secret") =>
        _accounts.CreateAsync(new NewUser(username, password, Guid.NewGuid()), None);

    Task<AccountResult<User>> LogInAsync(string username, string password, IPAddress? address = null) =>
        _accounts.LogInAsync(username, password, address ?? Here, None);

    async Task FailAsync(int times, string username, IPAddress? address = null)
    {
        for (var n = 0; n < times; n++)
            Assert.Equal(AccountFault.CredentialsInvalid, (await LogInAsync(username, "wrong", address)).Fault);
    }

    [Fact]
    public async Task Who_has_an_account_can_log_in()
    {
        var collection = Guid.NewGuid();
        var created = (await _accounts.CreateAsync(new NewUser("ann", "secret", collection), None)).Value!;

        Assert.Equal(("ann", collection, false, _time.GetUtcNow()), (created.Username, created.CollectionId, created.Disabled, created.Created));
        Assert.Equal(created, (await LogInAsync("ann", "secret")).Value);
        Assert.Equal(created, _accounts.Find("ann"));
        Assert.Equal(created, _accounts.Find(created.Id));
    }

    [Fact]
    public async Task Accounts_are_there_after_a_restart()
    {
        var created = (await CreateAsync("ann")).Value!;
        Reopen();

        Assert.Equal(created, _accounts.Find(created.Id));
        Assert.Equal(created, (await LogInAsync("ann", "secret")).Value);
    }

    [Fact]
    public async Task Names_are_unique_as_they_are()
    {
        Assert.True((await CreateAsync("ann")).Succeeded);
        Assert.Equal(AccountFault.UsernameTaken, (await CreateAsync("ann", "other")).Fault);
        Assert.Equal("username already taken", AccountFault.UsernameTaken.Detail);
        Assert.True((await CreateAsync("Ann")).Succeeded);
        Assert.True((await CreateAsync("")).Succeeded);
        Assert.Equal(3, _hasher.Hashed);
    }

    [Fact]
    public async Task Of_a_hundred_who_ask_for_one_name_at_once_one_gets_it_and_one_password_is_hashed()
    {
        _hasher.Gate.Reset();
        var creating = Enumerable.Range(0, 100).Select(n => Task.Run(() => CreateAsync("ann", $"password {n}"))).ToList();
        await Eventually.BecomesTrueAsync(() => creating.Count(task => task.IsCompleted) == 99, "99 refusals");
        _hasher.Gate.Set();
        var results = await Task.WhenAll(creating);

        var created = Assert.Single(results, result => result.Succeeded);
        Assert.All(results.Where(result => !result.Succeeded), result => Assert.Equal(AccountFault.UsernameTaken, result.Fault));
        Assert.Equal(1, _hasher.Hashed);
        Assert.Equal(created.Value, Assert.Single(_accounts.List(null, 100)));
    }

    [Fact]
    public async Task A_hundred_names_at_once_get_a_hundred_accounts()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => CreateAsync($"user {n}")));

        Assert.Equal(100, results.Select(result => result.Value!.Id).Distinct().Count());
        Assert.Equal(100, _accounts.Count);
    }

    [Fact]
    public async Task A_name_is_free_again_if_hashing_fails()
    {
        _hasher.Fails = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => CreateAsync("ann"));
        _hasher.Fails = false;

        Assert.True((await CreateAsync("ann")).Succeeded);
    }

    [Fact]
    public async Task A_name_is_free_again_if_its_owner_leaves_before_the_hashing()
    {
        _hasher.Gate.Reset();
        var busy = new[] { CreateAsync("busy 1"), CreateAsync("busy 2") };
        await Eventually.BecomesTrueAsync(() => _hasher.Hashed == 2, "both workers to be busy");
        using var cancellation = new CancellationTokenSource();
        var leaving = _accounts.CreateAsync(new NewUser("ann", "secret", Guid.NewGuid()), cancellation.Token);
        cancellation.Cancel();
        _hasher.Gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.True((await CreateAsync("ann")).Succeeded);
        Assert.All(await Task.WhenAll(busy), result => Assert.True(result.Succeeded));
    }

    [Fact]
    public async Task A_password_that_would_not_count_as_a_whole_is_refused_unhashed()
    {
        Assert.Equal(AccountFault.PasswordRefused, (await CreateAsync("ann", new string('x', 73))).Fault);
        Assert.Equal(0, _hasher.Hashed);
    }

    [Fact]
    public async Task A_name_with_half_a_character_is_refused_and_nobody_logs_in_by_it()
    {
        Assert.Equal(AccountFault.UsernameMalformed, (await CreateAsync("\ud83d")).Fault);
        Assert.Equal(AccountFault.CredentialsInvalid, (await LogInAsync("\ud83d", "secret")).Fault);
    }

    [Fact]
    public async Task An_unknown_user_costs_one_hash_and_gets_the_same_answer_as_a_wrong_password()
    {
        await CreateAsync("ann");

        var wrong = await LogInAsync("ann", "wrong");
        Assert.Equal(1, _hasher.Verified);
        var unknown = await LogInAsync("bob", "wrong");
        Assert.Equal(2, _hasher.Verified);

        Assert.Equal(AccountFault.CredentialsInvalid, wrong.Fault);
        Assert.Equal(wrong.Fault, unknown.Fault);
        Assert.Equal(1, _hasher.Hashed);
    }

    [Fact]
    public async Task A_full_queue_is_answered_with_busy_and_counts_for_nothing()
    {
        _hasher.Gate.Reset();
        var busy = Enumerable.Range(0, PasswordQueue.Capacity + 2).Select(n => CreateAsync($"user {n}")).ToList();
        await Eventually.BecomesTrueAsync(() => _hasher.Hashed == 2, "both workers to be busy");
        // One of the first may have come before a worker took its predecessor.
        var more = new List<Task<AccountResult<User>>>();
        while (more.Count == 0 || !more[^1].IsCompleted)
            more.Add(CreateAsync($"more {more.Count}"));

        Assert.Equal(AccountFault.Busy, (await more[^1]).Fault);
        Assert.Equal((503, true), (AccountFault.Busy.Status, AccountFault.Busy.RetryAfter > TimeSpan.Zero));
        for (var n = 0; n < 2 * LoginThrottle.PerAccount; n++)
            Assert.Equal(AccountFault.Busy, (await LogInAsync("ann", "secret")).Fault);

        _hasher.Gate.Set();
        await Task.WhenAll([.. busy, .. more]);
        Assert.True((await CreateAsync("ann")).Succeeded);
        Assert.True((await LogInAsync("ann", "secret")).Succeeded);
    }

    [Fact]
    public async Task Ten_log_ins_may_fail_for_an_account_within_a_minute()
    {
        await CreateAsync("ann");
        await FailAsync(5, "ann");
        _time.Advance(TimeSpan.FromSeconds(20));
        await FailAsync(5, "ann", There);

        var refused = (await LogInAsync("ann", "secret")).Fault!;
        Assert.Equal((429, "login_throttled", TimeSpan.FromSeconds(40)), (refused.Status, refused.Code, refused.RetryAfter));
        Assert.Equal(10, _hasher.Verified);

        _time.Advance(TimeSpan.FromSeconds(40));
        await FailAsync(4, "ann");
        Assert.True((await LogInAsync("ann", "secret")).Succeeded);
        await FailAsync(1, "ann");
        Assert.Equal(TimeSpan.FromSeconds(20), (await LogInAsync("ann", "secret")).Fault!.RetryAfter);
    }

    [Fact]
    public async Task An_unknown_name_is_throttled_like_a_known_one()
    {
        await FailAsync(10, "nobody");
        Assert.Equal(429, (await LogInAsync("nobody", "wrong")).Fault!.Status);
        await FailAsync(1, "Nobody");
    }

    [Fact]
    public async Task A_hundred_log_ins_may_fail_from_an_address_within_a_minute()
    {
        await CreateAsync("ann");
        for (var n = 0; n < 20; n++)
            await FailAsync(5, $"user {n}");

        Assert.Equal(429, (await LogInAsync("ann", "secret")).Fault!.Status);
        Assert.Equal(429, (await LogInAsync("ann", "secret", Here.MapToIPv6())).Fault!.Status);
        Assert.True((await LogInAsync("ann", "secret", There)).Succeeded);
        Assert.True((await _accounts.LogInAsync("ann", "secret", null, None)).Succeeded);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await LogInAsync("ann", "secret")).Succeeded);
    }

    [Fact]
    public async Task Addresses_of_one_IPv6_network_count_as_one()
    {
        for (var n = 0; n < 20; n++)
            await FailAsync(5, $"user {n}", IPAddress.Parse($"2001:db8::{n}"));

        Assert.Equal(429, (await LogInAsync("ann", "wrong", IPAddress.Parse("2001:db8::ffff:1"))).Fault!.Status);
        await FailAsync(1, "ann", IPAddress.Parse("2001:db8:0:1::1"));
    }

    [Fact]
    public async Task Successes_never_count()
    {
        await CreateAsync("ann");
        await FailAsync(9, "ann");

        for (var n = 0; n < 200; n++)
            Assert.True((await LogInAsync("ann", "secret")).Succeeded);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => LogInAsync("ann", "secret"))), result => Assert.True(result.Succeeded));
    }

    [Fact]
    public async Task Guesses_made_at_once_gain_nothing()
    {
        await CreateAsync("ann");

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => LogInAsync("ann", "wrong")));

        Assert.Equal(10, results.Count(result => result.Fault == AccountFault.CredentialsInvalid));
        Assert.Equal(40, results.Count(result => result.Fault!.Status == 429));
        Assert.Equal(10, _hasher.Verified);
    }

    [Fact]
    public async Task Who_waits_for_other_attempts_may_leave()
    {
        await CreateAsync("ann");
        _hasher.Gate.Reset();
        var first = Enumerable.Range(0, 10).Select(_ => LogInAsync("ann", "secret")).ToList();
        using var cancellation = new CancellationTokenSource();
        var waiting = _accounts.LogInAsync("ann", "secret", Here, cancellation.Token);
        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _hasher.Gate.Set();
        Assert.All(await Task.WhenAll(first), result => Assert.True(result.Succeeded));
    }

    [Fact]
    public async Task A_disabled_user_is_told_so_only_with_the_right_password_and_can_be_let_in_again()
    {
        var ann = (await CreateAsync("ann")).Value!;
        Assert.True((await _accounts.SetDisabledAsync(ann.Id, true, None))!.Disabled);
        Reopen();

        Assert.Equal(AccountFault.UserDisabled, (await LogInAsync("ann", "secret")).Fault);
        Assert.Equal(AccountFault.CredentialsInvalid, (await LogInAsync("ann", "wrong")).Fault);
        Assert.True(_accounts.Find(ann.Id)!.Disabled);

        await _accounts.SetDisabledAsync(ann.Id, false, None);
        Assert.Equal(ann, (await LogInAsync("ann", "secret")).Value);
        Assert.Null(await _accounts.SetDisabledAsync(Guid.NewGuid(), true, None));
    }

    [Fact]
    public async Task Users_are_listed_by_page()
    {
        foreach (var username in new[] { "c", "a", "b" })
            await CreateAsync(username);

        Assert.Equal(["a", "b"], _accounts.List(null, 2).Select(user => user.Username));
        Assert.Equal(["c"], _accounts.List("b", 2).Select(user => user.Username));
    }

    [Fact]
    public async Task Passwords_are_shown_nowhere()
    {
        await CreateAsync("ann", "ssecrett");
        var record = _store.Collection<UserRecord>("users").Find("ann")!;

        Assert.Equal("hash of ssecrett", record.PasswordHash);
        Assert.DoesNotContain("ssecrett", $"{record} {new NewUser("ann", "ssecrett", default)} {_accounts.Find("ann")}");
    }
}
