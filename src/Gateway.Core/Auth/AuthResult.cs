using System.Diagnostics.CodeAnalysis;

namespace Gateway.Core.Auth;

/// <summary>Who the client is, or why it is not let in.</summary>
public readonly struct AuthResult
{
    AuthResult(Identity? identity, AuthFault? fault) => (Identity, Fault) = (identity, fault);

    /// <summary>The client; null if it was refused.</summary>
    public Identity? Identity { get; }

    /// <summary>Why it was refused.</summary>
    public AuthFault? Fault { get; }

    /// <summary>Whether the credentials were good.</summary>
    [MemberNotNullWhen(true, nameof(Identity))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Succeeded => Identity != null;

    /// <summary>The credentials are good.</summary>
    public static implicit operator AuthResult(Identity identity) => new(identity, null);

    /// <summary>The credentials are refused.</summary>
    public static implicit operator AuthResult(AuthFault fault) => new(null, fault);

    /// <summary>The credentials are good.</summary>
    public static AuthResult FromIdentity(Identity identity) => identity;

    /// <summary>The credentials are refused.</summary>
    public static AuthResult FromAuthFault(AuthFault fault) => fault;
}
