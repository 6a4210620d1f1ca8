using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Testing;

/// <summary>A real receiver of traces by OTLP, over HTTP or as gRPC.</summary>
public sealed class TraceReceiver : IAsyncDisposable
{
    const string GrpcPath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    const int GrpcHead = 5;

    readonly ConcurrentQueue<byte[]> _requests = new();
    readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    readonly ConcurrentQueue<string> _authorizations = new();
    LocalWebServer? _server;

    /// <summary>Its address.</summary>
    public string Url => _server!.Url;

    /// <summary>What it was sent, in order.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>The headers <c>Authorization</c> that came.</summary>
    public IReadOnlyList<string> Authorizations => [.. _authorizations];

    /// <summary>Starts one.</summary>
    /// <param name="isGrpc">Whether gRPC is spoken, rather than HTTP with Protocol Buffers.</param>
    public static async Task<TraceReceiver> StartAsync(bool isGrpc = false)
    {
        var receiver = new TraceReceiver();
        receiver._server = await LocalWebServer.StartAsync(receiver.ReceiveAsync, isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        return receiver;
    }

    /// <summary>Waits for spans of a name.</summary>
    public async Task<IReadOnlyList<ReceivedSpan>> HasSpansAsync(string name, int count = 1)
    {
        await Eventually.BecomesTrueAsync(() => Named(name).Count >= count, $"{count} spans {name}");
        return Named(name);
    }

    /// <summary>Whether a text stands anywhere in what it was sent.</summary>
    public bool WasSent(string text) => _requests.Any(request => request.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    List<ReceivedSpan> Named(string name) => [.. _spans.Where(span => span.Name == name)];

    async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        bool isGrpc = context.Request.Path == GrpcPath;
        if (!isGrpc && (context.Request.Method != "POST" || context.Request.Path != "/v1/traces" || context.Request.ContentType != "application/x-protobuf"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        byte[] request = body.ToArray()[(isGrpc ? GrpcHead : 0)..];
        _requests.Enqueue(request);
        foreach (string? value in context.Request.Headers.Authorization)
            _authorizations.Enqueue(value ?? "");
        foreach (var span in ReceivedSpan.Read(request))
            _spans.Enqueue(span);
        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (!isGrpc)
            return;
        // An empty message, and that all is well.
        await context.Response.Body.WriteAsync(new byte[GrpcHead]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
