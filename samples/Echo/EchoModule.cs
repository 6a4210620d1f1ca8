using Gateway.Core.Modules;

namespace Echo;

/// <summary>Sends every message back to the client that sent it.</summary>
public sealed class EchoModule() : GatewayModule<ModuleOptions>("Echo")
{
    protected override void Map(ModuleRoutes routes, ModuleOptions options) =>
        routes.MapWebSocket("/", async (client, closing) =>
        {
            await foreach (var message in client.ReadAllAsync(closing))
                client.Send(message);
        });
}
