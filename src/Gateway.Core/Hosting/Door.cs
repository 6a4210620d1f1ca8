using Gateway.Core.Auth;

namespace Gateway.Core.Hosting;

/// <summary>
/// A way to a module, or to the gateway's own pages: a path on the shared addresses, or addresses of its own. The routes
/// of an own address lie below a prefix that no request can spell, since a space never stands in a request's path; the
/// address puts it there.
/// </summary>
/// <param name="Owner">The module's name, or what else the door leads to.</param>
/// <param name="Prefix">What its routes begin with; empty for the root.</param>
/// <param name="Origins">Which pages may enter.</param>
sealed record Door(string Owner, string Prefix, OriginPolicy Origins)
{
    /// <summary>The prefix of routes that are served on addresses of the owner's own.</summary>
    public static string OwnPrefix(string owner) => $"/ {owner}";

    /// <summary>The prefix of routes at a path of the shared addresses.</summary>
    public static string SharedPrefix(string path) => path == "/" ? "" : path;
}
