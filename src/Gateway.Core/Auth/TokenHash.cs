using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Auth;

/// <summary>What stands for a token where the token itself must not be kept: the SHA-256 of its UTF-8.</summary>
public readonly record struct TokenHash
{
    /// <summary>A token with more characters is refused unread.</summary>
    public const int MaxTokenLength = 8192;

    const int Size = SHA256.HashSizeInBytes;
    const int OnStack = 4096;

    readonly ulong _a, _b, _c, _d;

    TokenHash(ReadOnlySpan<byte> hash)
    {
        var parts = MemoryMarshal.Cast<byte, ulong>(hash);
        (_a, _b, _c, _d) = (parts[0], parts[1], parts[2], parts[3]);
    }

    [UnscopedRef]
    ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<TokenHash>(in this));

    /// <summary>The hash of a token. Costs no allocation for one of usual length.</summary>
    public static TokenHash Of(string token)
    {
        int most = Encoding.UTF8.GetMaxByteCount(token.Length);
        byte[]? rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[OnStack];
        Span<byte> hash = stackalloc byte[Size];
        int length = Encoding.UTF8.GetBytes(token, bytes);
        SHA256.HashData(bytes[..length], hash);
        bytes[..length].Clear();
        if (rented != null)
            ArrayPool<byte>.Shared.Return(rented);
        return new(hash);
    }

    /// <summary>From what <see cref="ToString"/> gives.</summary>
    /// <exception cref="FormatException">It is not that.</exception>
    public static TokenHash Parse(string hexadecimal) => Convert.FromHexString(hexadecimal) is { Length: Size } hash
        ? new(hash)
        : throw new FormatException("Not the hash of a token.");

    /// <summary>Whether two are the same, in a time that tells nothing about how much of them is.</summary>
    public bool FixedTimeEquals(TokenHash other) =>
        CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    /// <summary>Every bit of a hash is as good as another.</summary>
    public override int GetHashCode() => (int)_a;

    /// <summary>In hexadecimal, as <c>sha256sum</c> has it but in capitals.</summary>
    public override string ToString() => Convert.ToHexString(Bytes);
}
