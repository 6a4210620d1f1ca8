namespace Gateway.Core.Auth;

/// <summary>
/// A scheme whose decision about a good token depends on the token and the time only, so that it need not be asked again
/// about a token that it has accepted. What it depends on beyond that, such as keys that are exchanged, it counts.
/// </summary>
public interface ICacheableScheme : IAuthScheme
{
    /// <summary>Another number whenever a token accepted before might be refused now for another reason than the time.</summary>
    int Generation { get; }
}
