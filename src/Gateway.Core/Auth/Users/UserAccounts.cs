using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gateway.Core.Storage;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// The accounts of our own: who may log in. Every refusal is a result; what is thrown is a
/// <see cref="DocumentStoreException"/>, if the disk fails. Thread-safe.
/// </summary>
public sealed class UserAccounts
{
    const int PageSize = 1000;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly IPasswordHasher _hasher;
    readonly PasswordQueue _passwords;
    readonly TimeProvider _time;
    readonly LoginThrottle _throttle;
    readonly IDocuments<UserRecord> _records;
    readonly ConcurrentDictionary<Guid, string> _usernames = new();
    // Names of which the hash is not there yet. They need not outlive the process, which alone has the store open.
    readonly ConcurrentDictionary<string, bool> _claimed = new(StringComparer.Ordinal);
    int _generation;

    /// <param name="store">Where they are kept, in the collection <c>users</c>; its owner disposes it.</param>
    /// <param name="hasher">What makes hashes of passwords.</param>
    /// <param name="passwords">Where that is done.</param>
    /// <param name="time">The clock.</param>
    internal UserAccounts(IDocumentStore store, IPasswordHasher hasher, PasswordQueue passwords, TimeProvider time)
    {
        (_hasher, _passwords, _time, _throttle) = (hasher, passwords, time, new LoginThrottle(time));
        _records = store.Collection<UserRecord>("users");
        for (var page = _records.List(null, PageSize); page.Count > 0; page = _records.List(page[^1].Key, PageSize))
            foreach (var (username, record) in page)
                _usernames[record.Id] = username;
    }

    /// <summary>How many users there are.</summary>
    public int Count => _records.Count;

    /// <summary>Another number whenever a user was locked out or let in again.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    /// <summary>The user of an identifier; null if there is none.</summary>
    public User? Find(Guid id) => _usernames.TryGetValue(id, out var username) ? Find(username) : null;

    /// <summary>The user of a name; null if there is none.</summary>
    public User? Find(string username) => _records.Find(username)?.ToUser();

    /// <summary>A page of users in the order of their names.</summary>
    /// <param name="after">The last name of the page before; null for the first page.</param>
    /// <param name="limit">The size of a page.</param>
    public IReadOnlyList<User> List(string? after, int limit) =>
        [.. _records.List(after, limit).Select(entry => entry.Value.ToUser())];

    /// <summary>Makes an account. Of several that ask for one name at once, one gets it, and the others do not cost a hash.</summary>
    /// <exception cref="DocumentStoreException">It could not be stored.</exception>
    public async Task<AccountResult<User>> CreateAsync(NewUser user, CancellationToken cancellation)
    {
        if (!IsText(user.Username))
            return AccountFault.UsernameMalformed;
        if (!_hasher.Accepts(user.Password))
            return AccountFault.PasswordRefused;
        if (!_claimed.TryAdd(user.Username, true))
            return AccountFault.UsernameTaken;
        try
        {
            return Find(user.Username) == null
                ? await StoreAsync(user, cancellation).ConfigureAwait(false)
                : AccountFault.UsernameTaken;
        }
        finally
        {
            _claimed.TryRemove(user.Username, out _);
        }
    }

    /// <summary>
    /// Checks a password. Takes as long for a user that does not exist, and bounds how many may fail a minute: 10 for a
    /// name, whether there is such a user or not, and 100 from an address.
    /// </summary>
    /// <param name="username">The name.</param>
    /// <param name="password">The password.</param>
    /// <param name="address">Where the client connects from; null on a Unix socket, where only names are bounded.</param>
    /// <param name="cancellation">Ends the wait; what has begun to be hashed counts nevertheless.</param>
    public async Task<AccountResult<User>> LogInAsync(
        string username, string password, IPAddress? address, CancellationToken cancellation)
    {
        var (attempt, retryAfter) = await _throttle.EnterAsync(username, address, cancellation).ConfigureAwait(false);
        if (attempt == null)
            return AccountFault.Throttled(retryAfter);
        using (attempt)
        {
            var hash = _records.Find(username)?.PasswordHash ?? _hasher.NoPassword;
            if (_passwords.TryRun(() => _hasher.Verify(password, hash), cancellation) is not { } verifying)
                return AccountFault.Busy;
            if (await verifying.ConfigureAwait(false) && Find(username) is { } user)
                return user.Disabled ? AccountFault.UserDisabled : user;
            attempt.Fail();
            return AccountFault.CredentialsInvalid;
        }
    }

    /// <summary>Locks a user out, tokens included, or lets it in again; null if there is no such user.</summary>
    /// <exception cref="DocumentStoreException">It could not be stored.</exception>
    public async Task<User?> SetDisabledAsync(Guid id, bool disabled, CancellationToken cancellation)
    {
        if (!_usernames.TryGetValue(id, out var username))
            return null;
        var record = await _records.UpdateAsync(username, old => old with { Disabled = disabled }, cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _generation);
        return record?.ToUser();
    }

    async Task<AccountResult<User>> StoreAsync(NewUser user, CancellationToken cancellation)
    {
        if (_passwords.TryRun(() => _hasher.Hash(user.Password), cancellation) is not { } hashing)
            return AccountFault.Busy;
        var record = new UserRecord(
            Guid.NewGuid(), user.Username, await hashing.ConfigureAwait(false), user.CollectionId, false, _time.GetUtcNow());
        if (!await _records.InsertAsync(user.Username, record, cancellation).ConfigureAwait(false))
            return AccountFault.UsernameTaken;
        _usernames[record.Id] = record.Username;
        return record.ToUser();
    }

    static bool IsText(string username)
    {
        try
        {
            _ = Strict.GetByteCount(username);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
