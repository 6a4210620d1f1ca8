using Gateway.Core.Configuration;

namespace Gateway.Core.Auth.Users;

/// <summary>The keys of a scheme of the type <c>Users</c>.</summary>
public sealed class UsersOptions : IValidatedOptions
{
    /// <summary><c>Users</c>.</summary>
    public string Type { get; set; } = UsersSchemeType.Name;

    /// <summary>What signs the tokens, as UTF-8; absent = generated, and kept in the data directory.</summary>
    [Secret]
    public string? Secret { get; set; }

    /// <summary>How long a token is good.</summary>
    [AllowedDuration(Zero = false, Max = "3650.00:00:00")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Secret?.Length == 0)
            yield return new(nameof(Secret), "is empty", "a secret, or no such key");
    }
}
