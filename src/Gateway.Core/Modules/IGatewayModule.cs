using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Modules;

/// <summary>
/// A protocol that the gateway can speak. Implementations are found by scanning the assemblies beside the program and
/// below <c>plugins/</c>; each needs a public constructor without parameters and without side effects, since a module
/// is also created to learn its name. Derive from <see cref="GatewayModule{TOptions}"/> rather than implement this:
/// <code>
/// /// &lt;summary&gt;Sends every message back to the client that sent it.&lt;/summary&gt;
/// public sealed class EchoModule() : GatewayModule&lt;ModuleOptions&gt;("Echo")
/// {
///     protected override void Map(ModuleRoutes routes, ModuleOptions options) =>
///         routes.MapWebSocket("/", async (client, closing) =>
///         {
///             await foreach (var message in client.ReadAllAsync(closing))
///                 client.Send(message);
///         });
/// }
/// </code>
/// </summary>
public interface IGatewayModule
{
    /// <summary>The name of its section in the configuration: <c>Modules:{Name}</c>.</summary>
    string Name { get; }

    /// <summary>Where the tokens of the module's clients are read.</summary>
    TokenRule TokenRule => TokenRule.Default;

    /// <summary>
    /// What a client is answered that is not let in to the module, where the protocol has a form of its own for it;
    /// <see cref="Problems.Refusal"/> by default.
    /// </summary>
    IResult Refusal(AuthFault fault) => Problems.Refusal(fault);

    /// <summary>
    /// The type of the scheme that the module has to itself where its section names none, such as <c>Users</c>; null = it is
    /// then open to all. The scheme has the module's name and its type's defaults, unless the configuration has one of that
    /// name, which is then taken.
    /// </summary>
    string? OwnSchemeType => null;

    /// <summary>
    /// The keys of its options, each with all below it, that may change while it runs: the object that
    /// <see cref="ConfigureServices"/> returned then gets their new values, and the endpoints are mapped again. They are read
    /// at every use, or by <see cref="MapEndpoints"/>, for clients that come from then on. Every other key waits for the next start.
    /// </summary>
    IReadOnlyCollection<string> Reloadable => ModuleOptions.Reloadable;

    /// <summary>
    /// Binds the module's section, reports what is wrong with it and registers the services that the module needs.
    /// Called once, and only if the module is enabled. Neither reads nor writes anything but the collection.
    /// </summary>
    /// <returns>The options; with faults reported, whatever could be bound.</returns>
    ModuleOptions ConfigureServices(IServiceCollection services, IConfigurationSection section, ConfigurationFaults faults);

    /// <summary>
    /// Maps the module's endpoints below one door. Called once for each door: its path on the shared addresses, and its
    /// own addresses, if it has any; and again for both when some of its settings have changed.
    /// </summary>
    void MapEndpoints(ModuleRoutes routes);
}
