using System.Numerics;

namespace Gateway.Core.Auth.Jwt;

/// <summary>Which RSA keys are too weak to tell anything, or too large to compute with.</summary>
static class RsaStrength
{
    const int FewestBits = 2048;
    const int MostBits = 16384;
    const int LongestExponent = 8;

    // The primes whose product shows in the keys of the faulty generator (CVE-2017-15361, "ROCA").
    static readonly int[] RocaPrimes =
    [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];

    /// <summary>At least 2048 bits (RFC 7518, section 3.3), an odd exponent above 1, and not by the generator of CVE-2017-15361.</summary>
    public static bool IsEnough(byte[]? modulus, byte[]? exponent)
    {
        if (modulus == null || exponent == null || modulus.Length > MostBits / 8 || exponent.Length is 0 or > LongestExponent)
            return false;
        var n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var e = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        return n.GetBitLength() >= FewestBits && e > 1 && !e.IsEven && !RocaPrimes.All(prime => IsPowerOf65537(n, prime));
    }

    static bool IsPowerOf65537(BigInteger n, int prime)
    {
        int rest = (int)(n % prime);
        int power = 1;
        do
        {
            if (power == rest)
                return true;
            power = power * 65537 % prime;
        }
        while (power != 1);
        return false;
    }
}
