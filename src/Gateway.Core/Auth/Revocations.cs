using System.Collections.Concurrent;
using Gateway.Core.Storage;

namespace Gateway.Core.Auth;

/// <summary>
/// Tokens and users of one tenant that are no longer let in, also after a restart. Asked at every authentication and by
/// every connection that begins; whoever adds one tells the open connections. Thread-safe.
/// </summary>
/// <param name="file">Where they are kept; made when there is the first.</param>
sealed class Revocations(string file) : IDisposable
{
    const string UserPrefix = "user:";
    const string TokenPrefix = "token:";
    const int PageSize = 1000;

    readonly ConcurrentDictionary<string, bool> _users = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<TokenHash, bool> _tokens = new();
    readonly Lock _opening = new();
    LiteDocumentStore? _store;

    /// <summary>The users, in no order.</summary>
    public IReadOnlyCollection<string> Users => [.. _users.Keys];

    /// <summary>The tokens, in no order.</summary>
    public IReadOnlyCollection<TokenHash> Tokens => [.. _tokens.Keys];

    /// <summary>Reads those of earlier runs.</summary>
    /// <exception cref="DocumentStoreException">The file cannot be read: whom to refuse is then unknown.</exception>
    public void Load()
    {
        if (!File.Exists(file))
            return;
        var kept = Kept();
        for (var page = kept.List(null, PageSize); page.Count > 0; page = kept.List(page[^1].Key, PageSize))
        {
            foreach (var (key, _) in page)
            {
                if (key.StartsWith(UserPrefix, StringComparison.Ordinal))
                    _users[key[UserPrefix.Length..]] = true;
                else
                    _tokens[TokenHash.Parse(key[TokenPrefix.Length..])] = true;
            }
        }
    }

    /// <summary>No token of the user is good from now on.</summary>
    /// <exception cref="DocumentStoreException">It holds, but could not be stored for the next start.</exception>
    public Task AddUserAsync(string subject)
    {
        _users[subject] = true;
        return KeepAsync(UserPrefix + subject);
    }

    /// <summary>The token is not good from now on.</summary>
    /// <exception cref="DocumentStoreException">It holds, but could not be stored for the next start.</exception>
    public Task AddTokenAsync(TokenHash token)
    {
        _tokens[token] = true;
        return KeepAsync(TokenPrefix + token);
    }

    /// <summary>The user's tokens are good again; returns whether they were not.</summary>
    /// <exception cref="DocumentStoreException">It could not be stored, so nothing has changed.</exception>
    public async Task<bool> RemoveUserAsync(string subject) =>
        await ForgetAsync(UserPrefix + subject).ConfigureAwait(false) && _users.TryRemove(subject, out _);

    /// <summary>The token is good again; returns whether it was not.</summary>
    /// <exception cref="DocumentStoreException">It could not be stored, so nothing has changed.</exception>
    public async Task<bool> RemoveTokenAsync(TokenHash token) =>
        await ForgetAsync(TokenPrefix + token).ConfigureAwait(false) && _tokens.TryRemove(token, out _);

    /// <summary>Whether the client is one of those.</summary>
    public bool Covers(Identity identity) =>
        (identity.Subject != null && !_users.IsEmpty && _users.ContainsKey(identity.Subject))
        || (identity.TokenHash is { } token && !_tokens.IsEmpty && _tokens.ContainsKey(token));

    public void Dispose() => _store?.Dispose();

    Task<bool> KeepAsync(string key) => Kept().InsertAsync(key, new Revoked(DateTimeOffset.UtcNow));

    Task<bool> ForgetAsync(string key) => Kept().DeleteAsync(key);

    IDocuments<Revoked> Kept()
    {
        lock (_opening)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            _store ??= new LiteDocumentStore(file);
            return _store.Collection<Revoked>("revoked");
        }
    }

    sealed record Revoked(DateTimeOffset Since);
}
