namespace Gateway.Core.Auth;

/// <summary>
/// A way to find out who a client is: a name and one verb. It takes what the client presented rather than a request, as
/// some protocols carry it in a message of their own. Thread-safe; a scheme that holds resources is
/// <see cref="IAsyncDisposable"/>.
/// </summary>
public interface IAuthScheme
{
    /// <summary>The name under which the configuration knows it, which modules refer to.</summary>
    string Name { get; }

    /// <summary>
    /// Decides whether the credentials are good. A refusal is a result, never an exception; a scheme that cannot decide,
    /// since something that it depends on is missing, refuses with <see cref="AuthFault.Unavailable"/>.
    /// </summary>
    ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation);
}
