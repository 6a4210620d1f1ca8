using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Modules.Router.Callbacks;

/// <summary>
/// The header by which a service knows that a call is the gateway's: <c>t={seconds},v1={hex}</c>, where hex is the
/// HMAC-SHA256 of <c>{seconds}.{body}</c> by the shared secret. The time lets it refuse what somebody recorded.
/// </summary>
static class CallbackSignature
{
    public const string Header = "Gateway-Signature";

    /// <summary>The header's value.</summary>
    public static string Create(string secret, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        string time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes($"{time}."));
        hash.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
