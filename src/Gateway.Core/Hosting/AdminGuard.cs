using System.Net;
using Gateway.Core.Auth;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>
/// Lets operators in to endpoints marked with <see cref="Marker"/>: by the token of <c>Admin</c>, or, where there is none,
/// those on this machine. A request that a proxy passed on is not from this machine, and neither is one whose Host is
/// some other name, as a page elsewhere could make a browser send.
/// </summary>
sealed class AdminGuard(AdminOptions options)
{
    static readonly OriginPolicy SameOrigin = new([]);

    volatile Presented? _token = Presented.Of(options.Token);

    readonly FailedAttempts _failed = new();

    /// <summary>The metadata of an operators' endpoint.</summary>
    /// <param name="IsPage">
    /// Whether it is a page without anything to hide, which may be opened from anywhere and then asks for the token itself.
    /// </param>
    public sealed record Marker(bool IsPage = false);

    /// <summary>Lets in by another token from now on; null = only those on this machine.</summary>
    public void Take(string? token) => _token = Presented.Of(token);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Marker>() is not { } marker)
            return next(context);
        if (!SameOrigin.Allows(context.Request) || (!marker.IsPage && IsFromAnotherSite(context.Request)))
            return Problems.ForeignOrigin().ExecuteAsync(context);
        var expected = _token;
        if (expected == null)
            return IsFromThisMachine(context) ? next(context) : Problems.AdminOnlyHere().ExecuteAsync(context);
        if (marker.IsPage)
            return next(context);
        var address = context.Connection.RemoteIpAddress;
        if (_failed.Wait(address) is { } wait)
            return Problems.TooManyAttempts(wait).ExecuteAsync(context);
        var (token, fault) = TokenRule.Default.Read(context.Request);
        if (fault == null && token != null && TokenHash.Of(token).FixedTimeEquals(expected.Hash))
            return next(context);
        if (token != null)
            _failed.Add(address);
        return Problems.Refusal(fault ?? (token == null ? AuthFault.TokenMissing : AuthFault.TokenUnknown)).ExecuteAsync(context);
    }

    sealed record Presented(TokenHash Hash)
    {
        public static Presented? Of(string? token) => token == null ? null : new(TokenHash.Of(token));
    }

    // Browsers say so also where they send no Origin, as for a script or a picture (Fetch Metadata, section 2.1).
    static bool IsFromAnotherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none");

    static bool IsFromThisMachine(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address))
        && IsLoopbackName(context.Request.Host.Host)
        && !context.Request.Headers.Keys.Any(IsForwarded);

    static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // X-Original- is what is left of forwarded headers that were believed.
    static bool IsForwarded(string header) =>
        header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase);
}
