using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Gateway.Modules.Router.Tests;

/// <summary>A call that a service got.</summary>
sealed record ServiceCall(string Path, string Body, IReadOnlyDictionary<string, StringValues> Headers, int RemotePort)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
