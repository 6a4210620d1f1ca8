using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Storage;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Hosting;

/// <summary>
/// <c>/admin/api/revocations</c>: which users and tokens are no longer let in. A POST ends their connections at once.
/// Tokens are kept as hashes only.
/// </summary>
static partial class RevocationEndpoints
{
    const int MaxBodyBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var revocations = endpoints.MapGroup("/admin/api/revocations").WithMetadata(new AdminGuard.Marker());
        revocations.MapGet("", ListAsync);
        revocations.MapPost("", AddAsync);
        revocations.MapDelete("", RemoveAsync);
    }

    static Task ListAsync(HttpContext context)
    {
        var tenants = context.RequestServices.GetRequiredService<TenantHosts>().All;
        var list = tenants.ToDictionary(tenant => tenant.Tenant.Name, tenant => new RevokedList(
            [.. tenant.Tenant.Revocations.Users.Order(StringComparer.Ordinal)],
            [.. tenant.Tenant.Revocations.Tokens.Select(token => token.ToString()).Order(StringComparer.Ordinal)]));
        return TypedResults.Json(list, JsonContext.Default.DictionaryStringRevokedList).ExecuteAsync(context);
    }

    static async Task AddAsync(HttpContext context)
    {
        if (await ReadAsync(context).ConfigureAwait(false) is not var (tenant, revocation))
            return;
        try
        {
            // What holds already is told to the connections before it is on the disk.
            var user = revocation.User == null ? Task.CompletedTask : tenant.Revocations.AddUserAsync(revocation.User);
            var token = revocation.Token == null ? Task.CompletedTask : tenant.Revocations.AddTokenAsync(TokenHash.Of(revocation.Token));
            int closed = CloseRevoked(context.RequestServices.GetRequiredService<ConnectionRegistry>(), tenant);
            await Task.WhenAll(user, token).ConfigureAwait(false);
            await TypedResults.Json(new Closed(closed), JsonContext.Default.Closed).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (DocumentStoreException e)
        {
            await NotStored($"It holds until the gateway stops, but could not be stored: {e.Message}").ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    static async Task RemoveAsync(HttpContext context)
    {
        if (await ReadAsync(context).ConfigureAwait(false) is not var (tenant, revocation))
            return;
        try
        {
            bool removed = (revocation.User != null && await tenant.Revocations.RemoveUserAsync(revocation.User).ConfigureAwait(false))
                | (revocation.Token != null && await tenant.Revocations.RemoveTokenAsync(TokenHash.Of(revocation.Token)).ConfigureAwait(false));
            context.Response.StatusCode = removed ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        }
        catch (DocumentStoreException e)
        {
            await NotStored($"Nothing has changed, as it could not be stored: {e.Message}").ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    static int CloseRevoked(ConnectionRegistry connections, Tenant tenant)
    {
        int closed = 0;
        foreach (var connection in connections.Connections)
        {
            if (connection.Tenant == tenant.Name && connection.CloseIfRevoked())
                closed++;
        }
        return closed;
    }

    // Null, and the answer given, where the body is not what it should be.
    static async Task<(Tenant Tenant, Revocation Revocation)?> ReadAsync(HttpContext context)
    {
        Revocation? revocation = null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            revocation = await context.Request.ReadFromJsonAsync(JsonContext.Default.Revocation, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or BadHttpRequestException)
        {
            // Answered below: it is no revocation.
        }
        if (revocation is not { User: not null } and not { Token: not null })
        {
            await Bad("a JSON object with \"user\" or \"token\", and \"tenant\" if it is not the default one").ExecuteAsync(context).ConfigureAwait(false);
            return null;
        }
        var tenant = context.RequestServices.GetRequiredService<TenantHosts>().Find(revocation.Tenant ?? Tenant.DefaultName)?.Tenant;
        if (tenant == null)
            await Bad("the name of a tenant that there is").ExecuteAsync(context).ConfigureAwait(false);
        return tenant == null ? null : (tenant, revocation);
    }

    static IResult NotStored(string detail) => Problems.Create(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", detail);

    static IResult Bad(string allowed) =>
        Problems.Create(StatusCodes.Status400BadRequest, "revocation_invalid", $"The body must be {allowed}.");

    sealed record Revocation(string? Tenant, string? User, string? Token);

    sealed record RevokedList(string[] Users, string[] TokenHashes);

    sealed record Closed(int ConnectionsClosed);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Revocation))]
    [JsonSerializable(typeof(Dictionary<string, RevokedList>))]
    [JsonSerializable(typeof(Closed))]
    sealed partial class JsonContext : JsonSerializerContext;
}
