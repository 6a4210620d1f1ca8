namespace Gateway.Core.Auth.Users;

/// <summary>Somebody who has logged in.</summary>
/// <param name="User">Who it is.</param>
/// <param name="Token">What the user presents from now on.</param>
/// <param name="Expires">When the token ends.</param>
public sealed record Login(User User, string Token, DateTimeOffset Expires)
{
    /// <summary>Never shows the token.</summary>
    public override string ToString() => User.Username;
}
