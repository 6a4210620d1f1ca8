namespace Gateway.Security.Tests;

/// <summary>How a request selects a team.</summary>
public enum Way
{
    /// <summary>By <c>/t/{name}</c> before its path.</summary>
    Path,

    /// <summary>By the host name that it is sent to.</summary>
    Host,
}
