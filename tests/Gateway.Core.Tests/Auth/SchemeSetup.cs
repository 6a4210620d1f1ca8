using Gateway.Core.Auth;
using Gateway.Core.Auth.Jwt;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Auth;

/// <summary>A scheme as the configuration makes it, with a clock that a test turns.</summary>
sealed class SchemeSetup
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public FakeTimeProvider Time { get; } = new(Start);
    public ConfigurationFaults Faults { get; } = new();
    public LogLines Logs { get; } = new();
    public bool OnlyLoopback { get; init; }
    public string BaseDirectory { get; init; } = Path.GetTempPath();

    /// <summary>The scheme of <c>Auth:jwt</c> with these keys, which are fine.</summary>
    public JwtScheme Jwt(params (string Key, string? Value)[] settings)
    {
        var scheme = TryJwt(settings);
        Assert.Empty(Faults.Lines);
        return Assert.IsType<JwtScheme>(scheme);
    }

    /// <summary>The faults of <c>Auth:jwt</c> with these keys.</summary>
    public IReadOnlyList<string> FaultsOfJwt(params (string Key, string? Value)[] settings)
    {
        Assert.Null(TryJwt(settings));
        return Faults.Lines;
    }

    IAuthScheme? TryJwt((string Key, string? Value)[] settings)
    {
        var root = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append(("Type", "Jwt")).Select(setting => KeyValuePair.Create("Auth:jwt:" + setting.Item1, setting.Item2)))
            .Build();
        var context = new AuthSchemeContext("default", BaseDirectory, new DataDirectory(BaseDirectory), new GrantClaims([new GatewayClaim()]), OnlyLoopback, Time, Logs);
        return new JwtSchemeType().Create("jwt", root.GetSection("Auth:jwt"), context, Faults);
    }
}
