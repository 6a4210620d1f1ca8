using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth.Tickets;

/// <summary>Tickets that the application behind a URL knows.</summary>
public sealed class TicketSchemeType : IAuthSchemeType
{
    internal const string Name = "Ticket";

    /// <inheritdoc/>
    public string Type => Name;

    /// <inheritdoc/>
    public IAuthScheme? Create(string name, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults)
    {
        var options = StrictBinder.Bind<TicketOptions>(section, faults);
        return faults.Any ? null : new TicketScheme(name, options);
    }
}
