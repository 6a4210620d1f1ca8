using System.Net;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Users;
using Gateway.Core.Storage;
using Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Auth.Users;

public sealed class UsersSchemeTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly NewUser Ann = new("ann", "secret", Guid.NewGuid());

    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    string Folder => Path.Combine(_folder.Path, "users-scheme");

    SchemeBuilder Builder => new(new UsersSchemeType(), _folder.Path, _time);

    UsersScheme Build(string json = """{"Type":"Users"}""") => (UsersScheme)Builder.Build(json);

    static async Task<AuthResult> AuthenticateAsync(UsersScheme scheme, string? token) =>
        await scheme.AuthenticateAsync(new Credentials(token, IPAddress.Loopback), None);

    static async Task<Login> LogInAsync(UsersScheme scheme) =>
        (await scheme.LogInAsync(Ann.Username, Ann.Password, IPAddress.Loopback, None)).Value!;

    [Fact]
    public async Task Who_logs_in_gets_a_token_that_lets_it_in_until_it_ends()
    {
        await using var scheme = Build();
        var user = (await scheme.Accounts.CreateAsync(Ann, None)).Value!;
        var login = await LogInAsync(scheme);
        var identity = (await AuthenticateAsync(scheme, login.Token)).Identity!;

        Assert.Equal(user, login.User);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(1), login.Expires);
        Assert.Equal(("scheme", user.Id.ToString(), (DateTimeOffset?)login.Expires), (identity.Scheme, identity.Subject, identity.Expires));
        Assert.Equal(TokenHash.Of(login.Token), identity.TokenHash);
        Assert.Equal(
            [("sub", user.Id.ToString()), ("username", "ann"), ("collection_id", Ann.CollectionId.ToString())],
            identity.Principal.Claims.Select(claim => (claim.Type, claim.Value)));
        Assert.True(identity.Grants.Allows("Events", "insert", "/"));
        Assert.DoesNotContain(login.Token, $"{login} {new Credentials(login.Token, null)}");

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(AuthFault.TokenExpired, (await AuthenticateAsync(scheme, login.Token)).Fault);
    }

    [Fact]
    public async Task Tokens_outlive_a_restart_by_the_kept_secret()
    {
        string token;
        await using (var scheme = Build())
        {
            await scheme.Accounts.CreateAsync(Ann, None);
            token = (await LogInAsync(scheme)).Token;
        }
        await using (var again = Build())
            Assert.True((await AuthenticateAsync(again, token)).Succeeded);
        File.Delete(Path.Combine(Folder, "secret"));
        await using (var renewed = Build())
            Assert.Equal(AuthFault.SignatureInvalid, (await AuthenticateAsync(renewed, token)).Fault);
    }

    [Fact]
    public async Task A_given_secret_and_lifetime_are_used_and_no_secret_is_kept()
    {
        await using var scheme = Build("""{"Type":"Users","Secret":"a secret","TokenLifetime":"00:00:05"}""");
        await scheme.Accounts.CreateAsync(Ann, None);
        var login = await LogInAsync(scheme);

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(5), login.Expires);
        Assert.Null(new UserTokens("a secret"u8.ToArray(), _time).Read(login.Token, out _, out _));
        Assert.False(File.Exists(Path.Combine(Folder, "secret")));
    }

    [Fact]
    public async Task A_disabled_user_is_refused_with_the_tokens_it_has()
    {
        await using var scheme = Build();
        await scheme.Accounts.CreateAsync(Ann, None);
        var login = await LogInAsync(scheme);

        await scheme.Accounts.SetDisabledAsync(login.User.Id, true, None);
        Assert.Equal(AuthFault.TokenRevoked.Code, (await AuthenticateAsync(scheme, login.Token)).Fault!.Code);
        Assert.Equal(AccountFault.UserDisabled, (await scheme.LogInAsync("ann", "secret", null, None)).Fault);

        await scheme.Accounts.SetDisabledAsync(login.User.Id, false, None);
        Assert.True((await AuthenticateAsync(scheme, login.Token)).Succeeded);
    }

    [Fact]
    public async Task A_token_of_a_user_that_is_not_there_is_refused()
    {
        await using var scheme = Build("""{"Type":"Users","Secret":"a secret"}""");
        var (token, _) = new UserTokens("a secret"u8.ToArray(), _time).Create(Guid.NewGuid(), TimeSpan.FromHours(1));

        Assert.Equal(AuthFault.TokenUnknown.Code, (await AuthenticateAsync(scheme, token)).Fault!.Code);
    }

    [Fact]
    public async Task Bad_tokens_are_refused_for_what_they_are()
    {
        await using var scheme = Build();

        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(scheme, null)).Fault);
        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(scheme, "")).Fault);
        Assert.Equal(AuthFault.TokenMalformed, (await AuthenticateAsync(scheme, new string('.', 8193))).Fault);
        Assert.Equal(AuthFault.TokenMalformed, (await AuthenticateAsync(scheme, "1234")).Fault);
    }

    [Fact]
    public async Task Nothing_is_touched_before_the_first_use()
    {
        await using var scheme = Build();

        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(scheme, null)).Fault);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task While_the_accounts_cannot_be_opened_nobody_is_let_in_and_afterwards_all_is_well()
    {
        await using var scheme = Build();
        var path = Path.Combine(Directory.CreateDirectory(Folder).FullName, "accounts.db");
        using (new LiteDocumentStore(path))
        {
            var fault = (await AuthenticateAsync(scheme, "a.b.c")).Fault!;
            Assert.Equal(AuthFault.Unavailable.Code, fault.Code);
            Assert.StartsWith(path, fault.Reason);
            Assert.Throws<DocumentStoreException>(() => scheme.Accounts);
        }

        // It is not tried again with every request.
        Assert.Equal(AuthFault.Unavailable.Code, (await AuthenticateAsync(scheme, "a.b.c")).Fault!.Code);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AuthFault.TokenMalformed, (await AuthenticateAsync(scheme, "a.b.c")).Fault);
    }

    [Fact]
    public async Task A_damaged_secret_lets_nobody_in_and_is_named()
    {
        var path = Path.Combine(Directory.CreateDirectory(Folder).FullName, "secret");
        File.WriteAllText(path, "32 abcd");
        await using var scheme = Build();

        var fault = (await AuthenticateAsync(scheme, "a.b.c")).Fault!;
        Assert.Equal(AuthFault.Unavailable.Code, fault.Code);
        Assert.StartsWith(path, fault.Reason);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_lets_nobody_in()
    {
        File.WriteAllText(Folder, "in the way");
        await using var scheme = Build();

        Assert.Equal(AuthFault.Unavailable.Code, (await AuthenticateAsync(scheme, "a.b.c")).Fault!.Code);
    }

    [Fact]
    public async Task After_it_is_disposed_nobody_is_let_in()
    {
        var scheme = Build();
        await scheme.Accounts.CreateAsync(Ann, None);
        await scheme.DisposeAsync();
        await scheme.DisposeAsync();

        Assert.Equal(AuthFault.Unavailable.Code, (await AuthenticateAsync(scheme, "a.b.c")).Fault!.Code);
    }

    [Theory]
    [InlineData("""{"Type":"Users","Cost":4}""", "Auth:scheme:Cost: unknown key")]
    [InlineData("""{"Type":"Users","Secret":""}""", "Auth:scheme:Secret: is empty")]
    [InlineData("""{"Type":"Users","TokenLifetime":"0"}""", "Auth:scheme:TokenLifetime: \"0\" is out of range")]
    [InlineData("""{"Type":"Users","TokenLifetime":"soon"}""", "Auth:scheme:TokenLifetime: \"soon\" is not a duration")]
    [InlineData("""{"Type":"Users","Secret":["first","second"]}""", "Auth:scheme:Secret: is a section or a list")]
    public void What_is_wrong_in_the_configuration_is_a_fault(string json, string start) =>
        Assert.StartsWith(start, Assert.Single(Builder.Faults(json)));

    [Fact]
    public void A_short_secret_is_a_fault_where_others_can_reach_the_gateway_and_is_not_shown()
    {
        var open = new SchemeBuilder(new UsersSchemeType(), _folder.Path) { OnlyLoopback = false };
        const string Short = "0123456789012345678901234567890";

        var fault = Assert.Single(open.Faults($$"""{"Type":"Users","Secret":"{{Short}}"}"""));
        Assert.StartsWith("Auth:scheme:Secret: is too short", fault);
        Assert.DoesNotContain(Short, fault);
        Assert.Empty(open.Faults($$"""{"Type":"Users","Secret":"{{Short}}1"}"""));
        Assert.Empty(open.Faults("""{"Type":"Users"}"""));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void A_name_that_cannot_be_a_folder_is_a_fault(string name)
    {
        var builder = new SchemeBuilder(new UsersSchemeType(), _folder.Path) { Name = name };

        Assert.StartsWith($"Auth:{name}: is no name", Assert.Single(builder.Faults("""{"Type":"Users"}""")));
    }
}
