using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth.Tickets;

/// <summary>Tickets that the application behind a URL knows.</summary>
public sealed class TicketSchemeType() : AuthSchemeType<TicketOptions>(Name)
{
    internal const string Name = "Ticket";

    /// <inheritdoc/>
    protected override IAuthScheme Create(
        string name, TicketOptions options, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults) =>
        new TicketScheme(name, options);
}
