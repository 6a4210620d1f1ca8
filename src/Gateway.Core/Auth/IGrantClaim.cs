namespace Gateway.Core.Auth;

/// <summary>
/// A claim by which tokens grant something: the gateway's own, and those that clients of a protocol bring along. Found
/// like modules are, by scanning; each needs a public constructor without parameters and without side effects.
/// </summary>
public interface IGrantClaim
{
    /// <summary>The claim's name, such as <c>gateway</c>.</summary>
    string Name { get; }

    /// <summary>What faults call the claim itself.</summary>
    string Root => Name;

    /// <summary>Reads the claim of a token.</summary>
    /// <param name="claim">What it holds.</param>
    /// <param name="grants">Gets what it grants.</param>
    /// <exception cref="MalformedClaimException">It is not as it has to be; the token then grants nothing.</exception>
    void Read(ClaimElement claim, GrantsBuilder grants);
}
