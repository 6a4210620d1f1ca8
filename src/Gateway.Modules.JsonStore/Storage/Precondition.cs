using System.Globalization;
using Gateway.Modules.JsonStore.Tree;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>
/// What a client asks of the value at a path before something is done with it: <c>If-Match</c> and <c>If-None-Match</c>
/// (RFC 9110, sections 13.1.1 and 13.1.2). An entity tag is the number of the revision that put the value there. A header
/// without a single well-formed tag matches nothing.
/// </summary>
sealed class Precondition
{
    readonly IList<EntityTagHeaderValue>? _match;
    readonly IList<EntityTagHeaderValue>? _noneMatch;

    Precondition(IList<EntityTagHeaderValue>? match, IList<EntityTagHeaderValue>? noneMatch) => (_match, _noneMatch) = (match, noneMatch);

    /// <summary>Reads the headers; null if there are none.</summary>
    public static Precondition? Read(IHeaderDictionary headers)
    {
        var (match, noneMatch) = (headers.IfMatch, headers.IfNoneMatch);
        return match.Count == 0 && noneMatch.Count == 0 ? null : new(Tags(match), Tags(noneMatch));
    }

    /// <summary>The entity tag of a revision.</summary>
    public static string Tag(long revision) => $"\"{revision.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Whether <c>If-Match</c> allows it.</summary>
    public bool Matches(JsonValue? value, long changed) => _match == null || Names(_match, value, changed, useStrong: true);

    /// <summary>Whether <c>If-None-Match</c> allows it.</summary>
    public bool MatchesNone(JsonValue? value, long changed) => _noneMatch == null || !Names(_noneMatch, value, changed, useStrong: false);

    static IList<EntityTagHeaderValue>? Tags(StringValues header)
    {
        if (header.Count == 0)
            return null;
        return EntityTagHeaderValue.TryParseList(header!, out var tags) ? tags : [];
    }

    static bool Names(IList<EntityTagHeaderValue> tags, JsonValue? value, long changed, bool useStrong) =>
        value != null && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(new(Tag(changed)), useStrong));
}
