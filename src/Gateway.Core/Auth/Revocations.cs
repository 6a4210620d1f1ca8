using System.Collections.Concurrent;

namespace Gateway.Core.Auth;

/// <summary>
/// Tokens and users of one tenant that are no longer let in. Asked at every authentication, and told to open
/// connections by whoever adds one. Thread-safe.
/// </summary>
public sealed class Revocations
{
    readonly ConcurrentDictionary<string, byte> _users = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, byte> _tokens = new(StringComparer.Ordinal);

    /// <summary>The users, in no order.</summary>
    public IReadOnlyCollection<string> Users => [.. _users.Keys];

    /// <summary>The SHA-256 hashes of the tokens, in hexadecimal, in no order.</summary>
    public IReadOnlyCollection<string> TokenHashes => [.. _tokens.Keys];

    /// <summary>No token of the user is good from now on.</summary>
    public void AddUser(string subject) => _users[subject] = 0;

    /// <summary>The token with this SHA-256 is not good from now on.</summary>
    public void AddToken(byte[] hash) => _tokens[Convert.ToHexString(hash)] = 0;

    /// <summary>The user's tokens are good again.</summary>
    public bool RemoveUser(string subject) => _users.TryRemove(subject, out _);

    /// <summary>The token is good again.</summary>
    public bool RemoveToken(byte[] hash) => _tokens.TryRemove(Convert.ToHexString(hash), out _);

    /// <summary>Whether the client is one of those.</summary>
    public bool Covers(Identity identity) =>
        (!_users.IsEmpty && identity.Subject != null && _users.ContainsKey(identity.Subject))
        || (!_tokens.IsEmpty && identity.TokenHash != null && _tokens.ContainsKey(Convert.ToHexString(identity.TokenHash)));
}
