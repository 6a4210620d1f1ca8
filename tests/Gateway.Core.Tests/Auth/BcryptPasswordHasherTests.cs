using System.Runtime.InteropServices;
using Gateway.Core.Auth;

namespace Gateway.Core.Tests.Auth;

public sealed class BcryptPasswordHasherTests
{
    readonly BcryptPasswordHasher _hasher = new();

    /// <summary>Published vectors, as far as their passwords are text: of crypt_blowfish's wrapper.c, then of jBCrypt.</summary>
    public static TheoryData<string, string> Vectors => new()
    {
        { "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" },
        { "U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK" },
        { "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a" },
        { "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
            "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui" },
        { "", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy" },
        { "", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s." },
        { "a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe" },
        { "abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i" },
        { "abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC" },
        { "~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Published_vectors_verify(string password, string hash)
    {
        Assert.True(_hasher.Verify(password, hash));
        // For passwords of less than 256 bytes the versions differ in their name only.
        Assert.True(_hasher.Verify(password, hash.Replace("$2a$", "$2b$")));
        Assert.False(_hasher.Verify("!" + password, hash));
    }

    [Fact]
    public void A_hash_is_a_2b_of_cost_11_with_a_salt_of_its_own()
    {
        var (first, second) = (_hasher.Hash("secret"), _hasher.Hash("secret"));

        Assert.Matches(@"^\$2b\$11\$[./A-Za-z0-9]{53}$", first);
        Assert.NotEqual(first, second);
        Assert.True(_hasher.Verify("secret", first));
        Assert.False(_hasher.Verify("Secret", first));
    }

    [Fact]
    public void A_hash_of_cost_12_verifies()
    {
        Assert.True(_hasher.Verify("secret", BCrypt.Net.BCrypt.HashPassword("secret", BCrypt.Net.BCrypt.GenerateSalt(12, 'b'))));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("😀", true)]
    [InlineData("with\0nul", false)]
    public void What_counts_as_a_whole_is_accepted(string password, bool accepted) => Assert.Equal(accepted, _hasher.Accepts(password));

    [Fact]
    public void More_than_72_bytes_are_not_hashed_but_verified_by_the_first_72()
    {
        var longest = new string('a', 70) + "é";

        Assert.True(_hasher.Accepts(longest));
        Assert.False(_hasher.Accepts(longest + "b"));
        Assert.DoesNotContain("aaa", Assert.Throws<ArgumentException>(() => _hasher.Hash(longest + "b")).Message);
        Assert.True(_hasher.Verify(longest + "b", BCrypt.Net.BCrypt.HashPassword(longest, BCrypt.Net.BCrypt.GenerateSalt(4, 'b'))));
    }

    [Fact]
    public void A_password_does_not_verify_with_a_NUL_in_it_although_bcrypt_reads_it_as_another()
    {
        var hash = BCrypt.Net.BCrypt.HashPassword("a", BCrypt.Net.BCrypt.GenerateSalt(4, 'b'));

        Assert.True(BCrypt.Net.BCrypt.Verify("a\0a", hash));
        Assert.False(_hasher.Verify("a\0a", hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$2b$11$tooshort")]
    [InlineData("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe€")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n")]
    public void What_is_no_hash_verifies_nothing(string hash) => Assert.False(_hasher.Verify("U*U", hash));

    [Fact]
    public void No_password_is_right_for_the_hash_of_no_password()
    {
        Assert.Matches(@"^\$2b\$11\$[./A-Za-z0-9]{53}$", _hasher.NoPassword);
        Assert.False(_hasher.Verify("", _hasher.NoPassword));
    }

    [SkippableFact]
    public void It_agrees_with_the_C_library()
    {
        Skip.IfNot(NativeLibrary.TryLoad("libcrypt.so.1", out var library), "There is no libcrypt.so.1 here.");
        var crypt = Marshal.GetDelegateForFunctionPointer<Crypt>(NativeLibrary.GetExport(library, "crypt"));
        string[] passwords = ["", "a", "ё", "pässwörd", "😀😀", new('x', 71), new('é', 36), new('€', 24)];

        foreach (var password in passwords)
        {
            var salt = BCrypt.Net.BCrypt.GenerateSalt(4, 'b');
            var theirs = Marshal.PtrToStringUTF8(crypt(password, salt));
            Skip.If(theirs == null || theirs[0] == '*', "This libcrypt knows no $2b$.");
            Assert.Equal(theirs, BCrypt.Net.BCrypt.HashPassword(password, salt));
            Assert.True(_hasher.Verify(password, theirs));
        }
        var ours = _hasher.Hash("pässwörd");
        Assert.Equal(ours, Marshal.PtrToStringUTF8(crypt("pässwörd", ours)));
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate nint Crypt([MarshalAs(UnmanagedType.LPUTF8Str)] string key, [MarshalAs(UnmanagedType.LPUTF8Str)] string setting);
}
