using Gateway.Core.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Auth;

/// <summary>What a scheme may use of its surroundings.</summary>
/// <param name="Tenant">The tenant whose scheme it is.</param>
/// <param name="BaseDirectory">What relative file names in the configuration are relative to.</param>
/// <param name="Data">The tenant's data; only a scheme that stores something asks it for a folder, and not before its first use.</param>
/// <param name="Grants">Reads what a token grants, by the claims that there are.</param>
/// <param name="OnlyLoopback">Whether nothing but this machine can reach the gateway: weak secrets are then tolerated.</param>
/// <param name="Time">The clock; tests turn it.</param>
/// <param name="Logs">Where it logs; never a token.</param>
public sealed record AuthSchemeContext(
    string Tenant, string BaseDirectory, DataDirectory Data, GrantClaims Grants, bool OnlyLoopback, TimeProvider Time, ILoggerFactory Logs);
