namespace Gateway.Core.Auth.Jwt;

/// <summary>The signature check, which knows nothing of claims.</summary>
static class JwtSignature
{
    /// <summary>Whether one of the keys that the header may mean made the signature, by the algorithm that it names.</summary>
    /// <param name="header">What the token says about its signature; believed only as far as it selects among the keys.</param>
    /// <param name="signed">The bytes that were signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="keys">The keys, each of which knows its algorithms.</param>
    public static bool Verify(JwsHeader header, byte[] signed, byte[] signature, IReadOnlyList<JwtKey> keys)
    {
        if (header.Algorithm == null)
            return false;
        foreach (var key in keys)
        {
            if (key.MayBe(header.KeyId) && key.Verifies(header.Algorithm, signed, signature))
                return true;
        }
        return false;
    }
}
