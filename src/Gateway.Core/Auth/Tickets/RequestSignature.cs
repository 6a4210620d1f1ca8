using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Auth.Tickets;

/// <summary>
/// The header by which an application knows that a request is the gateway's: <c>t={seconds},v1={hex}</c>, where hex is the
/// HMAC-SHA256 of <c>{seconds}.{body}</c> by the shared secret. The time lets it refuse what somebody recorded.
/// </summary>
public static class RequestSignature
{
    /// <summary>The header's name.</summary>
    public const string Header = "Gateway-Signature";

    /// <summary>The header's value.</summary>
    /// <param name="secret">What the gateway and the application share.</param>
    /// <param name="now">The time.</param>
    /// <param name="body">The request's body.</param>
    public static string Create(string secret, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        string time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes($"{time}."));
        hash.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
