using System.Net;
using System.Security.Claims;
using System.Text;
using Gateway.Core.Storage;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// Lets in whoever has an account here and a token from <see cref="LogInAsync"/>. What it keeps lies in the folder
/// <c>users-{name}</c> of the tenant's data, and is opened when first needed.
/// </summary>
public sealed class UsersScheme : ICacheableScheme, IAsyncDisposable
{
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    readonly string _folder;
    readonly UsersOptions _options;
    readonly AuthSchemeContext _context;
    readonly Lock _lock = new();
    Opened? _opened;
    (DocumentStoreException Cause, long Since)? _failure;
    bool _disposed;

    internal UsersScheme(string name, UsersOptions options, AuthSchemeContext context) =>
        (Name, _folder, _options, _context) = (name, $"users-{name}", options, context);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Generation => Volatile.Read(ref _opened)?.Accounts.Generation ?? 0;

    /// <summary>The accounts.</summary>
    /// <exception cref="DocumentStoreException">They cannot be opened; it is tried again later.</exception>
    public UserAccounts Accounts => Open().Accounts;

    /// <summary>Checks a password and, if it is right, makes a token.</summary>
    /// <inheritdoc cref="UserAccounts.LogInAsync" path="/param"/>
    /// <exception cref="DocumentStoreException">The accounts cannot be opened; it is tried again later.</exception>
    public async Task<AccountResult<Login>> LogInAsync(
        string username, string password, IPAddress? address, CancellationToken cancellation)
    {
        var opened = Open();
        var result = await opened.Accounts.LogInAsync(username, password, address, cancellation).ConfigureAwait(false);
        if (!result.Succeeded)
            return result.Fault;
        var (token, expires) = opened.Tokens.Create(result.Value.Id, _options.TokenLifetime);
        return new Login(result.Value, token, expires);
    }

    /// <inheritdoc/>
    public ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation) =>
        ValueTask.FromResult(Authenticate(credentials.Token));

    /// <summary>Closes the accounts.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            _opened?.Store.Dispose();
            _opened = null;
        }
        return ValueTask.CompletedTask;
    }

    AuthResult Authenticate(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return AuthFault.TokenMissing;
        try
        {
            var opened = Open();
            if (opened.Tokens.Read(token, out var id, out var expires) is { } fault)
                return fault;
            if (opened.Accounts.Find(id) is not { } user)
                return AuthFault.TokenUnknown.Because("there is no such user");
            return user.Disabled
                ? AuthFault.TokenRevoked.Because("the user is disabled")
                : new Identity(Name, user.Id.ToString(), ToPrincipal(user), Grants.Everything, expires, TokenHash.Of(token));
        }
        catch (Exception cause) when (cause is DocumentStoreException or ObjectDisposedException)
        {
            return AuthFault.Unavailable.Because(cause.Message);
        }
    }

    ClaimsPrincipal ToPrincipal(User user) => new(new ClaimsIdentity(
        [
            new Claim("sub", user.Id.ToString()),
            new Claim("username", user.Username),
            new Claim("collection_id", user.CollectionId.ToString()),
        ],
        Name, "username", roleType: null));

    Opened Open()
    {
        if (Volatile.Read(ref _opened) is { } before)
            return before;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_failure is { } earlier && _context.Time.GetElapsedTime(earlier.Since) < PauseAfterFailure)
                throw earlier.Cause;
            try
            {
                return _opened ??= Opened.In(_context.Data.Folder(_folder), _options, _context.Time);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                var failure = cause as DocumentStoreException
                    ?? new DocumentStoreException(Path.Combine(_context.Data.Path, _folder), $"cannot be used ({cause.Message})", cause);
                _failure = (failure, _context.Time.GetTimestamp());
                throw failure;
            }
        }
    }

    sealed record Opened(IDocumentStore Store, UserAccounts Accounts, UserTokens Tokens)
    {
        // The store first: its lock keeps another process from making a secret of its own at the same time.
        public static Opened In(string folder, UsersOptions options, TimeProvider time)
        {
            var store = new LiteDocumentStore(Path.Combine(folder, "accounts.db"));
            try
            {
                var secret = options.Secret is { } given ? Encoding.UTF8.GetBytes(given) : UserSecret.LoadOrCreate(Path.Combine(folder, "secret"));
                var accounts = new UserAccounts(store, new BcryptPasswordHasher(), PasswordQueue.Shared, time);
                return new Opened(store, accounts, new UserTokens(secret, time));
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }
    }
}
