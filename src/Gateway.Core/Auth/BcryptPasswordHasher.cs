using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Core.Auth;

/// <summary>
/// bcrypt, as <c>$2b$</c> hashes of cost 11. It reads the first 72 bytes of a password's UTF-8 only: a longer one gets no
/// new hash, but is verified by them, since other systems made hashes of such passwords.
/// </summary>
public sealed partial class BcryptPasswordHasher : IPasswordHasher
{
    const int Cost = 11;
    const int MaxBytes = 72;

    /// <inheritdoc/>
    public string NoPassword { get; } = $"$2b${Cost}${new string('.', 53)}";

    /// <summary>Whether it has at most 72 bytes in UTF-8, and no NUL, at which other implementations stop.</summary>
    public bool Accepts(string password) => !password.Contains('\0') && Encoding.UTF8.GetByteCount(password) <= MaxBytes;

    /// <inheritdoc/>
    public string Hash(string password) => Accepts(password)
        ? BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(Cost, 'b'))
        : throw new ArgumentException($"A password has at most {MaxBytes} bytes and no NUL.", nameof(password));

    /// <inheritdoc/>
    public bool Verify(string password, string hash) =>
        WellFormed().IsMatch(hash) && BCrypt.Net.BCrypt.Verify(password, hash) && !password.Contains('\0');

    // 2x is not among them: it stands for hashes of a broken implementation. Costs above 15 would take seconds.
    [GeneratedRegex(@"^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}\z")]
    private static partial Regex WellFormed();
}
