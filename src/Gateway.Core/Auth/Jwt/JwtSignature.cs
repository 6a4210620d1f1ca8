using System.Buffers.Text;

namespace Gateway.Core.Auth.Jwt;

/// <summary>The signature check, which knows nothing of claims, nor of how header and payload were written in the token.</summary>
static class JwtSignature
{
    /// <summary>Whether one of the keys that the header may mean made the signature, by the algorithm that it names.</summary>
    /// <param name="header">What the token says about its signature; believed only as far as it selects among the keys.</param>
    /// <param name="payload">What was signed beside the header.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="keys">The keys, each of which knows its algorithms.</param>
    public static bool Verify(JwsHeader header, byte[] payload, byte[] signature, IReadOnlyList<JwtKey> keys)
    {
        if (header.Algorithm == null)
            return false;
        byte[] signed = SigningInput(header, payload);
        foreach (var key in keys)
        {
            if (key.MayBe(header.KeyId) && key.Verifies(header.Algorithm, signed, signature))
                return true;
        }
        return false;
    }

    // Made anew, as RFC 7515, section 5.2, step 8, has it: no way of writing the same bytes can matter.
    static byte[] SigningInput(JwsHeader header, byte[] payload)
    {
        int point = Base64Url.GetEncodedLength(header.Utf8.Length);
        byte[] input = new byte[point + 1 + Base64Url.GetEncodedLength(payload.Length)];
        Base64Url.EncodeToUtf8(header.Utf8, input);
        input[point] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, input.AsSpan(point + 1));
        return input;
    }
}
