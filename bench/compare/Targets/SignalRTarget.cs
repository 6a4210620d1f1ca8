using System.Reflection;
using System.Runtime.InteropServices;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Compare.Targets;

/// <summary>ASP.NET Core SignalR with groups, as a mode of this program, with the settings of a web project.</summary>
sealed class SignalRTarget : ProcessTarget
{
    const char End = '\x1e';
    const string Handshake = "{\"protocol\":\"json\",\"version\":1}\x1e";

    internal override string Name => "SignalR";

    internal override string Version => $"ASP.NET Core {RuntimeInformation.FrameworkDescription.Split(' ')[^1]}";

    internal override bool Can(Channel channel) => channel is Channel.WebSocket or Channel.Membership;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = Framing.WebSocket,
        Target = _ => "/hub",
        Opening = [_ => Handshake, topic => Call("Join", topic)],
        PublisherFraming = Framing.WebSocket,
        PublisherTarget = _ => "/hub",
        PublisherOpening = [Handshake],
        Encoder = new EnvelopeEncoder((topic, _) => ($"{{\"type\":1,\"target\":\"Publish\",\"arguments\":[\"t{topic}\",\"", "\"]}" + End), opcode: 1),
        Membership = new(
            topic => Call("Join", topic, id: 1),
            topic => Call("Leave", topic, id: 2),
            Joined: [.. "\"invocationId\":\"1\""u8],
            Left: [.. "\"invocationId\":\"2\""u8],
            Opening: [Handshake],
            Target: "/hub"),
    };

    protected override ProcessUsage Run(ServerProcess process, int port) =>
        process.Start(
            port,
            "dotnet",
            [Assembly.GetExecutingAssembly().Location, "serve-signalr", $"{port}"],
            // What a web project has by default, and this program has not.
            ("DOTNET_gcServer", "1"),
            ("DOTNET_gcConcurrent", "1"),
            ("DOTNET_TieredPGO", "1"),
            ("DOTNET_TC_QuickJitForLoops", "1"));

    /// <summary>Runs the server in this process.</summary>
    internal static void Serve(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRoutingCore();
        // A client that only reads is not cut off within a run.
        builder.Services.AddSignalR(options => options.ClientTimeoutInterval = TimeSpan.FromHours(1));
        var app = builder.Build();
        app.UseWebSockets();
        app.MapHub<TopicsHub>("/hub");
        app.Run();
    }

    static string Call(string method, int topic, int id = 0) =>
        $"{{\"type\":1,{(id > 0 ? $"\"invocationId\":\"{id}\"," : "")}\"target\":\"{method}\",\"arguments\":[\"t{topic}\"]}}{End}";

    sealed class TopicsHub : Hub
    {
        public Task Join(string topic) => Groups.AddToGroupAsync(Context.ConnectionId, topic);

        public Task Leave(string topic) => Groups.RemoveFromGroupAsync(Context.ConnectionId, topic);

        public Task Publish(string topic, string message) => Clients.Group(topic).SendAsync("m", message);
    }
}
