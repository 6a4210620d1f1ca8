using System.Text;
using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Auth;

/// <summary>Builds a scheme as the host does: from its section of a configuration.</summary>
sealed class SchemeBuilder(IAuthSchemeType type, string data, TimeProvider? time = null)
{
    public bool OnlyLoopback { get; init; } = true;

    public string Name { get; init; } = "scheme";

    public IAuthScheme Build(string json)
    {
        var faults = new ConfigurationFaults();
        var scheme = Create(json, faults);
        Assert.Empty(faults.Lines);
        return scheme!;
    }

    public IReadOnlyList<string> Faults(string json)
    {
        var faults = new ConfigurationFaults();
        Create(json, faults);
        return faults.Lines;
    }

    IAuthScheme? Create(string json, ConfigurationFaults faults)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Auth": { "{{Name}}": {{json}} } }"""));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection($"Auth:{Name}");
        var context = new AuthSchemeContext(
            "default", data, new DataDirectory(data), new GrantClaims([new GatewayClaim()]), OnlyLoopback, time ?? TimeProvider.System, NullLoggerFactory.Instance);
        return type.Create(Name, section, context, faults);
    }
}
