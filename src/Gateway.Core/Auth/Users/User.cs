namespace Gateway.Core.Auth.Users;

/// <summary>Somebody with an account, without what only the account's keeper needs to know.</summary>
/// <param name="Id">The subject of the user's tokens.</param>
/// <param name="Username">Unique, case included; never changes.</param>
/// <param name="CollectionId">What the user chose at creation; several may share one.</param>
/// <param name="Disabled">Whether the user is locked out.</param>
/// <param name="Created">When the account was made.</param>
public sealed record User(Guid Id, string Username, Guid CollectionId, bool Disabled, DateTimeOffset Created);
