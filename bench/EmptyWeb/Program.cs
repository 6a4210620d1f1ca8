// An empty ASP.NET application as the template makes it: what the gateway's start is compared with.
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => "Hello World!");
app.Urls.Add("http://127.0.0.1:0");
await app.StartAsync();
Console.WriteLine($"Gateway ready at {app.Urls.First()}");
await app.WaitForShutdownAsync();
