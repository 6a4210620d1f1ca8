using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Storage;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// A generated secret in a file that only its owner may read: its length in bytes, a space, and its bytes in hexadecimal.
/// What follows is ignored, so that a line end added by an editor changes nothing and a lost tail is noticed.
/// </summary>
static class UserSecret
{
    public const int Length = 32;

    const int MaxLength = 1024;

    static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads the secret, after making one if there is no such file.</summary>
    /// <exception cref="DocumentStoreException">The file holds no secret; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static byte[] LoadOrCreate(string path)
    {
        if (!File.Exists(path))
            Create(path);
        return Parse(File.ReadAllText(path))
            ?? throw new DocumentStoreException(path, "damaged; remove it to have a new secret, which ends all tokens of users");
    }

    // Whole or not at all, and on the disk before the first token is signed with it.
    static void Create(string path)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Length));
            file.Write(Encoding.ASCII.GetBytes($"{Length} {secret}\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path);
    }

    static byte[]? Parse(string text)
    {
        var space = text.IndexOf(' ');
        if (space < 0 || !int.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return null;
        var digits = text.AsSpan(space + 1);
        if (length is < Length or > MaxLength || digits.Length < 2 * length || digits[..(2 * length)].ContainsAnyExcept(Hexadecimal))
            return null;
        return Convert.FromHexString(digits[..(2 * length)]);
    }
}
