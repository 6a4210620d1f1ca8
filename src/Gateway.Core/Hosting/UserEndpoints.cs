using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Core.Auth.Users;
using Gateway.Core.Connections;
using Gateway.Core.Storage;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Hosting;

/// <summary>
/// <c>/admin/api/users</c>: the accounts of a scheme of type <c>Users</c>, by name and page (<c>?tenant=&amp;scheme=&amp;after=&amp;limit=</c>),
/// and <c>POST /admin/api/users/{id}/disable</c> and <c>/enable</c>. Who is disabled is disconnected at once.
/// </summary>
static partial class UserEndpoints
{
    const int DefaultLimit = 100;
    const int MaxLimit = 1000;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var users = endpoints.MapGroup("/admin/api/users").WithMetadata(new AdminGuard.Marker());
        users.MapGet("", ListAsync);
        users.MapPost("/{id}/disable", context => SetAsync(context, disabled: true));
        users.MapPost("/{id}/enable", context => SetAsync(context, disabled: false));
    }

    static Task ListAsync(HttpContext context) => AnswerAsync(context, (_, scheme) =>
    {
        int limit = DefaultLimit;
        var query = context.Request.Query;
        if (query["limit"] is { Count: > 0 } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            return Task.FromResult(Problems.Create(StatusCodes.Status400BadRequest, "limit_invalid", $"limit must be 1 to {MaxLimit}."));
        var page = scheme.Accounts.List(query["after"] is [{ } after] ? after : null, limit);
        return Task.FromResult<IResult>(TypedResults.Json(new UserPage(scheme.Name, page), UserJson.Default.UserPage));
    });

    static Task SetAsync(HttpContext context, bool disabled) => AnswerAsync(context, async (tenant, scheme) =>
    {
        var user = Guid.TryParse(context.Request.RouteValues["id"] as string, out var id)
            ? await scheme.Accounts.SetDisabledAsync(id, disabled, context.RequestAborted).ConfigureAwait(false)
            : null;
        if (user == null)
            return Problems.Create(StatusCodes.Status404NotFound, "no_such_user", "There is no such user.");
        if (disabled)
            Disconnect(context.RequestServices.GetRequiredService<ConnectionRegistry>(), tenant, scheme, user);
        return TypedResults.Json(user, UserJson.Default.User);
    });

    static async Task AnswerAsync(HttpContext context, Func<Tenant, UsersScheme, Task<IResult>> answer)
    {
        IResult result;
        try
        {
            result = Find(context) is var (tenant, scheme)
                ? await answer(tenant, scheme).ConfigureAwait(false)
                : Problems.Create(StatusCodes.Status404NotFound, "no_such_scheme", "The tenant has no scheme of type Users, or none of this name.");
        }
        catch (DocumentStoreException e)
        {
            result = Problems.Create(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", e.Message);
        }
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }

    static (Tenant, UsersScheme)? Find(HttpContext context)
    {
        var query = context.Request.Query;
        string tenant = query["tenant"] is [{ } given] ? given : Tenant.DefaultName;
        string? name = query["scheme"];
        var host = context.RequestServices.GetRequiredService<TenantHosts>().Find(tenant);
        var scheme = host?.Schemes.All.Select(known => known.Scheme).OfType<UsersScheme>()
            .FirstOrDefault(scheme => name == null || scheme.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return scheme == null ? null : (host!.Tenant, scheme);
    }

    static void Disconnect(ConnectionRegistry connections, Tenant tenant, UsersScheme scheme, User user)
    {
        string subject = user.Id.ToString();
        foreach (var connection in connections.Connections)
        {
            if (connection.Tenant == tenant.Name && connection.Identities.Any(identity => identity.Scheme == scheme.Name && identity.Subject == subject))
                connection.Close(CloseReason.TokenRevoked);
        }
    }

    sealed record UserPage(string Scheme, IReadOnlyList<User> Users);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(UserPage))]
    [JsonSerializable(typeof(User))]
    sealed partial class UserJson : JsonSerializerContext;
}
