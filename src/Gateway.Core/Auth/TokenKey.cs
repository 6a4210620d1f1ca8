using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Auth;

/// <summary>What a token is known by where it is not kept: its SHA-256.</summary>
readonly record struct TokenKey(ulong A, ulong B, ulong C, ulong D)
{
    const int Size = SHA256.HashSizeInBytes;

    /// <summary>A token with more characters is refused unread.</summary>
    public const int LongestToken = 8192;

    /// <summary>False for a text that is no token of any scheme which keeps them: too long, or not ASCII.</summary>
    public static bool TryCompute(string token, out TokenKey key)
    {
        key = default;
        if (token.Length > LongestToken)
            return false;
        Span<byte> bytes = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token, bytes, out int length) != System.Buffers.OperationStatus.Done)
            return false;
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes[..length], hash);
        key = FromHash(hash);
        return true;
    }

    /// <summary>The key with this hash, as <see cref="Identity.TokenHash"/> has it.</summary>
    public static TokenKey FromHash(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<TokenKey>(hash);

    /// <summary>The hash.</summary>
    public byte[] ToHash()
    {
        var hash = new byte[Size];
        MemoryMarshal.Write(hash, this);
        return hash;
    }

    /// <summary>Every bit of a hash is as good as another.</summary>
    public override int GetHashCode() => (int)A;
}
