using System.Security.Cryptography;
using System.Text;

namespace Gateway.Modules.Events.Storage;

/// <summary>A client's <c>Idempotency-Key</c>, hashed with its user, and the hash of what was inserted under it.</summary>
/// <param name="Key">The first half of the SHA-256 of user and key.</param>
/// <param name="Content">The first half of the SHA-256 of the event's fields.</param>
readonly record struct InsertKey(UInt128 Key, UInt128 Content)
{
    /// <param name="user">Whose key it is.</param>
    /// <param name="key">What the client sent.</param>
    /// <param name="added">The event as the client sent it.</param>
    public static InsertKey Of(Guid user, string key, NewEvent added) =>
        new(Hash($"{user}{key}", default), Hash($"{added.CollectionId}{added.Timestamp} {added.Repetition}\0{added.Name}\0", added.Data));

    static UInt128 Hash(string text, ReadOnlySpan<byte> bytes)
    {
        var hash = SHA256.HashData((byte[])[.. Encoding.UTF8.GetBytes(text), .. bytes]);
        return new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash, sizeof(ulong)));
    }
}
