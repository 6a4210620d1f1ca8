using System.Runtime.Versioning;
using Gateway.Core.Auth.Users;
using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Core.Tests.Auth.Users;

public sealed class UserSecretTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string File => Path.Combine(_folder.Path, "secret");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_made_once()
    {
        var secret = UserSecret.LoadOrCreate(File);

        Assert.Equal(32, secret.Length);
        Assert.Equal(secret, UserSecret.LoadOrCreate(File));
        Assert.Equal($"32 {Convert.ToHexStringLower(secret)}\n", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFiles(_folder.Path));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void Only_the_owner_may_read_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        UserSecret.LoadOrCreate(File);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void What_an_interrupted_start_left_is_replaced()
    {
        _folder.Write("secret.new", "32 abc");

        Assert.Equal(32, UserSecret.LoadOrCreate(File).Length);
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("ff and a remark")]
    [InlineData("")]
    public void What_follows_it_is_ignored(string rest)
    {
        _folder.Write("secret", $"32 {new string('a', 64)}{rest}");

        Assert.Equal(Enumerable.Repeat((byte)0xaa, 32), UserSecret.LoadOrCreate(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("32")]
    [InlineData("32 aaaa")]
    [InlineData("2 aaaa")]
    [InlineData("-32 aaaa")]
    [InlineData("2000000000 aaaa")]
    [InlineData("32 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag")]
    public void What_is_damaged_is_reported_with_the_path_and_without_the_content(string text)
    {
        _folder.Write("secret", text);

        var fault = Assert.Throws<DocumentStoreException>(() => UserSecret.LoadOrCreate(File));
        Assert.StartsWith(File, fault.Message);
        Assert.DoesNotContain("aaaa", fault.Message);
    }
}
