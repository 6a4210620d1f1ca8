using Gateway.Core.Auth;
using Gateway.Core.Auth.StaticTokens;
using Gateway.Testing;

namespace Gateway.Core.Tests.Auth;

public sealed class AuthenticatorTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_client_may_choose_the_scheme_but_not_escape_a_revocation()
    {
        var scheme = new CountingScheme();
        using var revocations = new Revocations(Path.Combine(_folder.Path, "revocations.db"));
        var authenticator = new Authenticator([new(scheme, scheme, new StaticTokensSchemeType(), new Dictionary<string, string?>())], revocations);

        Assert.Null(await authenticator.AuthenticateAsync("other", new Credentials("ann", null), default));
        Assert.Equal("ann", (await authenticator.AuthenticateAsync("counting", new Credentials("ann", null), default))!.Value.Identity!.Subject);
        Assert.Equal(AuthFault.TokenUnknown, (await authenticator.AuthenticateAsync("counting", new Credentials("bad", null), default))!.Value.Fault);
        await revocations.AddUserAsync("ann");
        Assert.Equal(AuthFault.TokenRevoked, (await authenticator.AuthenticateAsync("counting", new Credentials("ann", null), default))!.Value.Fault);
    }
}
