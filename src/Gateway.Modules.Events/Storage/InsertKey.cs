using System.Security.Cryptography;
using System.Text;

namespace Gateway.Modules.Events.Storage;

/// <summary>A client's <c>Idempotency-Key</c>, hashed with its user, and the hash of what was inserted under it.</summary>
/// <param name="Key">The first half of the SHA-256 of user and key.</param>
/// <param name="Content">The first half of the SHA-256 of the event's fields.</param>
readonly record struct InsertKey(UInt128 Key, UInt128 Content)
{
    public static InsertKey Of(Guid user, string key, Guid collection, string name, long timestamp, ReadOnlySpan<byte> data) =>
        new(Hash($"{user}{key}", default), Hash($"{collection}{timestamp} {name}\0", data));

    static UInt128 Hash(string text, ReadOnlySpan<byte> bytes)
    {
        var hash = SHA256.HashData((byte[])[.. Encoding.UTF8.GetBytes(text), .. bytes]);
        return new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash, sizeof(ulong)));
    }
}
