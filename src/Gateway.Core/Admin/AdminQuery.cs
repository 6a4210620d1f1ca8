using System.Globalization;
using System.Net;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Admin;

/// <summary>
/// What a list is asked for: <c>tenant</c>, <c>module</c>, <c>user</c> and <c>address</c> are compared whole, <c>search</c> is
/// looked for in names, <c>sort</c> names the column (the largest first, names in their order), <c>offset</c> and
/// <c>limit</c> are the page, and <c>after</c> is the number of the last ending that is known.
/// </summary>
sealed record AdminQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    /// <summary>The columns by which something can be sorted.</summary>
    public static readonly IReadOnlyList<string> Sorts = ["age", "behind", "id", "messages", "name", "queue", "subscribers"];

    public string? Tenant { get; private init; }

    public string? Module { get; private init; }

    public string? User { get; private init; }

    public IPAddress? Address { get; private init; }

    public string? Search { get; private init; }

    public string? Sort { get; private init; }

    public int Offset { get; private init; }

    public int Limit { get; private init; } = DefaultLimit;

    public long After { get; init; }

    /// <summary>Reads the query of a request; null, and why, where it is not what it should be.</summary>
    public static (AdminQuery? Query, IResult? Fault) Read(IQueryCollection query)
    {
        if (Text("sort") is { } sort && !Sorts.Contains(sort))
            return (null, Bad("sort", string.Join(", ", Sorts)));
        if (!Number("offset", 0, 0, int.MaxValue, out long offset))
            return (null, Bad("offset", $"0 to {int.MaxValue}"));
        if (!Number("limit", DefaultLimit, 1, MaxLimit, out long limit))
            return (null, Bad("limit", $"1 to {MaxLimit}"));
        if (!Number("after", 0, 0, long.MaxValue, out long after))
            return (null, Bad("after", "the number of an ending"));
        IPAddress? address = null;
        if (Text("address") is { } from && !IPAddress.TryParse(from, out address))
            return (null, Bad("address", "an IP address"));
        return (new()
        {
            Tenant = Text("tenant"),
            Module = Text("module"),
            User = Text("user"),
            Address = address,
            Search = Text("search"),
            Sort = Text("sort"),
            Offset = (int)offset,
            Limit = (int)limit,
            After = after,
        }, null);

        string? Text(string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

        bool Number(string name, long byDefault, long min, long max, out long number)
        {
            number = byDefault;
            return Text(name) is not { } text
                || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max);
        }
    }

    /// <summary>Whether a tenant and a module are asked for.</summary>
    public bool Covers(string tenant, string module) =>
        (Tenant == null || Tenant == tenant) && (Module == null || Module.Equals(module, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether one of the texts has what is looked for.</summary>
    public bool Finds(params ReadOnlySpan<string?> texts)
    {
        if (Search == null)
            return true;
        foreach (string? text in texts)
        {
            if (text?.Contains(Search, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }
        return false;
    }

    static IResult Bad(string name, string allowed) =>
        Problems.Create(StatusCodes.Status400BadRequest, "query_invalid", $"{name} must be {allowed}.");
}
