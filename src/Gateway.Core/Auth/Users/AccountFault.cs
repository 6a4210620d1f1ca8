namespace Gateway.Core.Auth.Users;

/// <summary>Why an account is not made, or nobody logged in. Two faults are equal if they say the same.</summary>
/// <param name="Status">The HTTP status that says it.</param>
/// <param name="Code">A stable name that the client sees, such as <c>username_taken</c>.</param>
/// <param name="Detail">A sentence for the client.</param>
/// <param name="RetryAfter">When to try again, where that helps; more than zero.</param>
public sealed record AccountFault(int Status, string Code, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>Somebody has the name, or is about to get it.</summary>
    public static AccountFault UsernameTaken { get; } = new(400, "username_taken", "username already taken");

    /// <summary>The name is no text.</summary>
    public static AccountFault UsernameMalformed { get; } = new(400, "username_malformed", "The user name holds half a character.");

    /// <summary>Not all of the password would count.</summary>
    public static AccountFault PasswordRefused { get; } =
        new(400, "password_refused", "A password has at most 72 bytes in UTF-8, and no NUL.");

    /// <summary>There is no such user, or the password is another; it does not say which.</summary>
    public static AccountFault CredentialsInvalid { get; } = new(401, "credentials_invalid", "The user name or the password is wrong.");

    /// <summary>The password is right, but the account is locked.</summary>
    public static AccountFault UserDisabled { get; } = new(403, "user_disabled", "The account is disabled.");

    /// <summary>Too many passwords wait to be hashed.</summary>
    public static AccountFault Busy { get; } =
        new(503, "busy", "Too many log-ins are waiting at the moment.", TimeSpan.FromSeconds(1));

    /// <summary>Too many log-ins have failed.</summary>
    public static AccountFault Throttled(TimeSpan retryAfter) =>
        new(429, "login_throttled", "Too many log-ins have failed.", retryAfter);
}
