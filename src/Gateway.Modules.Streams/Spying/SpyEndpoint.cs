using Gateway.Core.Connections;
using Gateway.Core.Modules;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Modules.Streams.Spying;

/// <summary><c>/spy</c>: all that is written, as one endless text; <c>?color</c> for terminals.</summary>
sealed class SpyEndpoint(StreamStore store, StreamsOptions options)
{
    /// <summary>The grant that it needs, at <c>/</c>.</summary>
    public const string Action = "spy";

    public Task GetAsync(HttpContext context)
    {
        if (!context.Allows(Action, "/"))
            return context.Forbid(Action, "/").ExecuteAsync(context);
        bool isColored = context.Request.Query.ContainsKey("color");
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return context.ServeAsync(async (client, closing) =>
        {
            await context.Response.StartAsync(closing).ConfigureAwait(false);
            await context.Response.BodyWriter.FlushAsync(closing).ConfigureAwait(false);
            long maxLag = options.QueueBytes == 0 ? long.MaxValue : options.QueueBytes;
            await new Spy(client, context.Response.BodyWriter, isColored, maxLag).RunAsync(store, closing).ConfigureAwait(false);
        });
    }
}
