namespace Gateway.Core.Connections;

/// <summary>Whether a connection may open.</summary>
enum Admission
{
    Granted,

    /// <summary><c>Limits:Connections</c> are open.</summary>
    TooMany,

    /// <summary><c>Limits:ConnectionsPerAddress</c> are open from the client's address.</summary>
    TooManyFromAddress,

    /// <summary>The tenant's <c>Limits:Connections</c> are open.</summary>
    TooManyOfTenant,

    /// <summary>The gateway is shutting down.</summary>
    Draining,
}
