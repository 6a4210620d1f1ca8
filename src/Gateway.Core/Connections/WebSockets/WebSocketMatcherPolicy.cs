using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// Lets a WebSocket and ordinary requests share a path: of the endpoints that match it, a request for a WebSocket gets
/// one marked with <see cref="Marker"/>, and no other request does.
/// </summary>
sealed class WebSocketMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsMarked);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        bool requested = WebSocketEndpoint.IsRequested(httpContext);
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && IsMarked(candidates[i].Endpoint) != requested)
                candidates.SetValidity(i, false);
        }
        return Task.CompletedTask;
    }

    static bool IsMarked(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Marker>() != null;

    /// <summary>The metadata of an endpoint that opens WebSockets.</summary>
    public sealed class Marker;
}
