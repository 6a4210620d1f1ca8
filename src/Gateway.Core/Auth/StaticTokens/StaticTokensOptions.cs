using Gateway.Core.Configuration;

namespace Gateway.Core.Auth.StaticTokens;

/// <summary>The keys of a scheme of the type <c>StaticTokens</c>.</summary>
public sealed class StaticTokensOptions : IValidatedOptions
{
    /// <summary><c>StaticTokens</c>.</summary>
    public string Type { get; set; } = StaticTokensSchemeType.Name;

    /// <summary>The tokens, each of which is good.</summary>
    [Secret]
    public IReadOnlyList<string> Tokens { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Tokens.Count == 0)
            yield return new(nameof(Tokens), "no token", "a list of one token or more");
        for (var index = 0; index < Tokens.Count; index++)
            if (Tokens[index].Length > TokenHash.MaxTokenLength)
                yield return new($"{nameof(Tokens)}:{index}", "is too long", $"a token of at most {TokenHash.MaxTokenLength} characters");
    }
}
