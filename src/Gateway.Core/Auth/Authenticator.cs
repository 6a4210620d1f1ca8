namespace Gateway.Core.Auth;

/// <summary>
/// Who is let in to one module of one tenant: its schemes, tried in order. A module whose protocol carries the token in
/// a message of its own asks it directly. Its schemes may change while the gateway runs. Thread-safe.
/// </summary>
public sealed class Authenticator
{
    readonly Revocations _revocations;
    volatile NamedScheme[] _schemes;

    internal Authenticator(IReadOnlyList<NamedScheme> schemes, Revocations revocations) =>
        (_schemes, _revocations) = ([.. schemes], revocations);

    /// <summary>Whether the module has no schemes: everybody is let in, and may do everything.</summary>
    public bool IsOpen => _schemes.Length == 0;

    /// <summary>The schemes of the module, for what only a certain kind of scheme can do.</summary>
    public IReadOnlyList<IAuthScheme> Schemes => [.. _schemes.Select(scheme => scheme.Scheme)];

    /// <summary>Has the schemes of another one from now on. Who has been let in stays.</summary>
    internal void Take(Authenticator other) => _schemes = other._schemes;

    /// <summary>Decides about a client. Of several refusals, the one that tells most is given.</summary>
    public async ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        var schemes = _schemes;
        if (schemes.Length == 0)
            return Identity.Open;
        if (credentials.Token == null && credentials.Ticket == null)
            return AuthFault.TokenMissing;
        AuthFault fault = AuthFault.TokenMalformed;
        foreach (var scheme in schemes)
        {
            var result = await scheme.Asked.AuthenticateAsync(credentials, cancellation).ConfigureAwait(false);
            if (result.Succeeded)
                return _revocations.Covers(result.Identity) ? AuthFault.TokenRevoked : result;
            if (Telling(result.Fault) >= Telling(fault))
                fault = result.Fault;
        }
        return fault;
    }

    /// <summary>Decides about a client by one scheme, which its protocol lets it choose.</summary>
    /// <param name="scheme">The scheme's name, as configured.</param>
    /// <param name="credentials">What the client presents.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The decision; null where the module has no such scheme.</returns>
    public async ValueTask<AuthResult?> AuthenticateAsync(string scheme, Credentials credentials, CancellationToken cancellation)
    {
        if (_schemes.FirstOrDefault(known => known.Scheme.Name == scheme) is not { } found)
            return null;
        var result = await found.Asked.AuthenticateAsync(credentials, cancellation).ConfigureAwait(false);
        return result.Succeeded && _revocations.Covers(result.Identity) ? AuthFault.TokenRevoked : result;
    }

    // A scheme that could read the token knows more about it than one that could not.
    static int Telling(AuthFault fault) => fault.Code switch
    {
        "token_missing" or "token_malformed" or "token_unknown" => 0,
        "signature_invalid" => 1,
        _ => 2,
    };
}
