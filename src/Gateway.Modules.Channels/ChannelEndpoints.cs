using System.Globalization;
using System.Net.Mime;
using System.Text.Unicode;
using Gateway.Core.Connections;
using Gateway.Core.Modules;
using Gateway.Core.Topics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Modules.Channels;

/// <summary>What can be done at a channel's path.</summary>
sealed class ChannelEndpoints(TopicHub<ChannelsModule> channels, ChannelsOptions options)
{
    /// <summary>The header of a POST's answer that says to how many WebSockets the message was sent.</summary>
    const string SubscribersHeader = "X-Subscribers";

    const string Subscribe = "subscribe";
    const string Publish = "publish";
    const string PlainText = "text/plain; charset=utf-8";

    static readonly ModulePage Page = new(typeof(ChannelsModule).Assembly, "channel");

    /// <summary>A WebSocket: subscribed to the channel, and publishing to it whatever it sends.</summary>
    public WebSocketAnswer Open(HttpContext context)
    {
        if (ChannelName.Parse(context.ModulePath(), out string channel) is { } fault)
            return WebSocketAnswer.Refuse(BadRequest(fault));
        if (!context.Allows(Subscribe, channel))
            return WebSocketAnswer.Refuse(context.Forbid(Subscribe, channel));
        return WebSocketAnswer.Accept((client, closing) => ServeAsync(client, channel, closing));
    }

    /// <summary>A POST: publishes its body to the channel.</summary>
    public async Task PublishAsync(HttpContext context)
    {
        if (context.AsksForWebSocket())
            await MethodNotAllowed(context).ConfigureAwait(false);
        else if (ChannelName.Parse(context.ModulePath(), out string channel) is { } fault)
            await BadRequest(fault).ExecuteAsync(context).ConfigureAwait(false);
        else if (!context.Allows(Publish, channel))
            await context.Forbid(Publish, channel).ExecuteAsync(context).ConfigureAwait(false);
        else if (await MessageBody.ReadAsync(context.Request, options.MaxMessageBytes, context.RequestAborted).ConfigureAwait(false) is not { } body)
            await TooLarge().ExecuteAsync(context).ConfigureAwait(false);
        else
            await PublishAsync(context, channel, body).ConfigureAwait(false);
    }

    /// <summary>A GET: the page that shows what comes over the channel and sends to it.</summary>
    public static Task ShowPageAsync(HttpContext context) =>
        ChannelName.Parse(context.ModulePath(), out string channel) is { } fault
            ? BadRequest(fault).ExecuteAsync(context)
            : Page.WriteAsync(context.Response, ("channel", channel));

    async Task PublishAsync(HttpContext context, string channel, byte[] body)
    {
        bool binary = IsBinary(context.Request.ContentType);
        if (!binary && !Utf8.IsValid(body))
        {
            await BadRequest($"Text must be valid UTF-8; send other bytes as {MediaTypeNames.Application.Octet}.").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        int subscribers = body.Length == 0
            ? 0
            : await channels.PublishAsync(channel, binary ? Frame.Binary(body) : Frame.Text(body)).ConfigureAwait(false);
        context.Response.Headers[SubscribersHeader] = subscribers.ToString(CultureInfo.InvariantCulture);
        await TypedResults.Text("OK\n", PlainText).ExecuteAsync(context).ConfigureAwait(false);
    }

    // An empty message is its sender's own keep-alive: it is answered, and nobody else sees it.
    async Task ServeAsync(WebSocketConnection client, string channel, CancellationToken closing)
    {
        using var subscription = channels.Subscribe(channel, client);
        if (subscription == null)
        {
            client.Close(CloseReason.LimitReached, "too many channels");
            return;
        }
        bool mayPublish = client.Allows(Publish, channel);
        await foreach (var message in client.ReadAllAsync(closing).ConfigureAwait(false))
        {
            if (message.Payload.IsEmpty)
                client.Send(message);
            else if (!mayPublish)
                client.Close(CloseReason.PolicyViolation, "grant_missing: the token does not allow to publish here");
            else
                await channels.PublishAsync(channel, message.ToFrame()).ConfigureAwait(false);
        }
    }

    static bool IsBinary(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals(MediaTypeNames.Application.Octet, StringComparison.OrdinalIgnoreCase);

    Refusal TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"Error: message too large. At most {options.MaxMessageBytes} bytes are allowed.\n");

    static Refusal BadRequest(string fault) => new(StatusCodes.Status400BadRequest, $"Error: bad request. {fault}\n");

    static Task MethodNotAllowed(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = HttpMethods.Get;
        context.Response.Headers.SecWebSocketVersion = "13";
        return Task.CompletedTask;
    }

    sealed record Refusal(int Status, string Text) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.XContentTypeOptions = "nosniff";
            return TypedResults.Text(Text, PlainText, statusCode: Status).ExecuteAsync(httpContext);
        }
    }
}
