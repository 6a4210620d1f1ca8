using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Auth;

namespace Gateway.Modules.Events;

/// <summary>Who a client is as the owner of events.</summary>
static class Owner
{
    const string CollectionClaim = "collection_id";

    /// <summary>
    /// The user's identifier: the subject of its token, or a hash of it where it is no UUID; all zeros for somebody without one.
    /// </summary>
    public static Guid Id(this Identity identity) => identity.Subject switch
    {
        null => Guid.Empty,
        { } subject when Uuid.TryParse(subject, out var id) => id,
        { } subject => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{identity.Scheme}\0{subject}")).AsSpan(0, 16)),
    };

    /// <summary>The collection that the user chose when the account was made; null for a user of another scheme.</summary>
    public static Guid? Collection(this Identity identity) =>
        identity.Principal.FindFirst(CollectionClaim) is { } claim && Uuid.TryParse(claim.Value, out var id) ? id : null;
}
