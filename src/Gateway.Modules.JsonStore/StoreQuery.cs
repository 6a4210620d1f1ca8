namespace Gateway.Modules.JsonStore;

/// <summary>The query of a request: parameters separated by <c>&amp;</c> or <c>;</c>, of each name the first.</summary>
/// <param name="query">As it stands in the request, with its question mark, or empty.</param>
readonly struct StoreQuery(string? query)
{
    /// <summary>A parameter's value, decoded; empty if it has none, null if it is not there.</summary>
    public string? this[string name]
    {
        get
        {
            var rest = query.AsSpan().TrimStart('?');
            foreach (var part in rest.SplitAny('&', ';'))
            {
                var parameter = rest[part];
                int equals = parameter.IndexOf('=');
                if (Decode(equals < 0 ? parameter : parameter[..equals]) == name)
                    return equals < 0 ? "" : Decode(parameter[(equals + 1)..]);
            }
            return null;
        }
    }

    /// <summary>Whether a write is to be durable: <c>?durable</c>, with any value but those that say no.</summary>
    public bool IsDurable => this["durable"] is { } value && value.ToLowerInvariant() is not ("false" or "0" or "no" or "off");

    static string Decode(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
