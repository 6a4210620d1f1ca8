using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;

// A bookshop that shows every visitor how many copies are left, live. It is plain HTTP and knows nothing of WebSockets:
// the gateway holds those, asks the shop about them by the callbacks below, and passes on what it publishes to Redis.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
    ConnectionMultiplexer.Connect($"{builder.Configuration["Redis"] ?? "127.0.0.1:6380"},abortConnect=false"));
var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();

var copies = new ConcurrentDictionary<string, int> { ["1"] = 12, ["2"] = 3, ["3"] = 40 };

// A browser's ticket for a visitor. A real shop makes one for who is logged in, and lets it be used once.
app.MapPost("/ticket", (Ticket ticket) => ticket.Value.Split(':') is ["ticket-for", { Length: > 0 } visitor]
    ? Results.Ok(new { status = "ok", visitor })
    : Results.Ok(new { status = "error", error = "No such ticket." }));

// May the visitor watch this book? Asked again every minute.
app.MapPost("/books/authorize", (Call call) => copies.ContainsKey(call.Book)
    ? Results.Ok(new { status = "ok" })
    : Results.Ok(new { status = "error", error = "No such book." }));

// What the visitor sees at first. What is published meanwhile comes after it.
app.MapPost("/books/before_subscribe", (Call call) => Results.Ok(new { status = "ok", data = new { copies = copies[call.Book] } }));

// The visitor buys a copy: everybody who watches the book learns of it.
app.MapPost("/books/message", async (Call call, IConnectionMultiplexer redis) =>
{
    int left = copies.AddOrUpdate(call.Book, 0, (_, count) => count - 1);
    if (left < 0)
    {
        copies[call.Book] = 0;
        return Results.Ok(new { status = "error", error = "Sold out." });
    }
    string message = JsonSerializer.Serialize(new { subscription = call.Subscription, data = new { copies = left, buyer = call.Visitor } });
    await redis.GetSubscriber().PublishAsync(RedisChannel.Literal(call.Subscription), message);
    return Results.Ok(new { status = "ok", data = new { bought = true } });
});

app.MapPost("/books/left", (Call call) =>
{
    Console.WriteLine($"{call.Visitor} no longer watches book {call.Book}");
    return Results.Ok(new { status = "ok" });
});

app.Run(builder.Configuration["Url"] ?? "http://127.0.0.1:8090");

sealed record Ticket([property: JsonPropertyName("ticket")] string Value);

/// <summary>What the gateway sends: the subscription, and what the ticket said.</summary>
sealed record Call(string Subscription, string? Visitor)
{
    public string Book => Subscription["books.".Length..];
}
