using System.Text.Json.Serialization;

namespace Gateway.Core.Auth.Users;

/// <summary>An account as it is stored, by the user's name.</summary>
sealed record UserRecord(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("password")] string PasswordHash,
    [property: JsonPropertyName("collection_id")] Guid CollectionId,
    [property: JsonPropertyName("disabled")] bool Disabled,
    [property: JsonPropertyName("created")] DateTimeOffset Created)
{
    public User ToUser() => new(Id, Username, CollectionId, Disabled, Created);

    /// <summary>Never shows the hash.</summary>
    public override string ToString() => Username;
}
