using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Auth;

/// <summary>
/// Where a request's token is read: <c>Authorization: Bearer</c> (RFC 6750, section 2.1), else the query's
/// <c>access_token</c> (section 2.3), as browsers cannot set headers on a WebSocket or an EventSource.
/// </summary>
public sealed record TokenRule
{
    const string Scheme = "Bearer";

    /// <summary>The rule of a module that says nothing else.</summary>
    public static TokenRule Default { get; } = new();

    /// <summary>A cookie that is read where there is neither; null = none. Only for modules that check origins.</summary>
    public string? Cookie { get; init; }

    /// <summary>
    /// Whether a request that is not clear is refused: one with a token in both places, where else the header's is taken,
    /// or with an <c>Authorization</c> that is not a scheme and one word, where else there is none.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>Reads the token.</summary>
    /// <returns>The token, null if there is none; or why the request cannot be read.</returns>
    internal (string? Token, AuthFault? Fault) Read(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 1)
            return (null, AuthFault.TokenAmbiguous.Because("several Authorization headers"));
        if (IsStrict && header is [{ Length: > 0 } text] && !IsSchemeAndWord(text))
            return (null, AuthFault.TokenAmbiguous.Because("an Authorization header that is not a scheme and one word"));
        string? bearer = header is [{ } value] ? Bearer(value) : null;
        var query = request.Query["access_token"];
        if (query.Count > 1)
            return (null, AuthFault.TokenAmbiguous.Because("several access_token parameters"));
        if (bearer != null && query.Count > 0 && IsStrict)
            return (null, AuthFault.TokenAmbiguous.Because("a token in the header and one in the query"));
        return (bearer ?? (query is [{ Length: > 0 } inQuery] ? inQuery : null) ?? FromCookie(request), null);
    }

    static string? Bearer(string header) =>
        header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) ? header[(Scheme.Length + 1)..].Trim(' ') : null;

    static bool IsSchemeAndWord(string header) =>
        header.Split(' ') is [{ Length: > 0 }, { Length: > 0 }];

    string? FromCookie(HttpRequest request) => Cookie != null && request.Cookies.TryGetValue(Cookie, out var value) ? value : null;
}
