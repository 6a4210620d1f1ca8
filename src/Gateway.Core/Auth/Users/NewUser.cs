namespace Gateway.Core.Auth.Users;

/// <summary>Somebody who asks for an account.</summary>
/// <param name="Username">Any text, also an empty one.</param>
/// <param name="Password">Any text that the hasher accepts, also an empty one.</param>
/// <param name="CollectionId">Any identifier.</param>
public sealed record NewUser(string Username, string Password, Guid CollectionId)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Username;
}
