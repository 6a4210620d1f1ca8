using System.Text;
using System.Text.RegularExpressions;
using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Auth.Users;

/// <summary>Accounts of our own, with tokens of our own.</summary>
public sealed partial class UsersSchemeType() : AuthSchemeType<UsersOptions>(Name)
{
    internal const string Name = "Users";

    /// <inheritdoc/>
    public override bool CanBeReplaced => false;

    /// <inheritdoc/>
    protected override IAuthScheme Create(
        string name, UsersOptions options, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults)
    {
        // The name becomes that of a folder.
        if (!FolderName().IsMatch(name))
            faults.Add(section.Path, "is no name for a scheme that stores accounts", "1 to 64 letters, digits, - and _");
        if (options.Secret is { Length: > 0 } secret && !context.OnlyLoopback && Encoding.UTF8.GetByteCount(secret) < UserSecret.Length)
            faults.Add($"{section.Path}:{nameof(UsersOptions.Secret)}", "is too short for an address that others can reach",
                $"{UserSecret.Length} bytes or more, or no such key: a secret is then generated");
        return new UsersScheme(name, options, context);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex FolderName();
}
