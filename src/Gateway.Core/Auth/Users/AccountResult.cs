using System.Diagnostics.CodeAnalysis;

namespace Gateway.Core.Auth.Users;

/// <summary>What was asked for, or why not.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public readonly struct AccountResult<T> where T : class
{
    AccountResult(T? value, AccountFault? fault) => (Value, Fault) = (value, fault);

    /// <summary>What was asked for; null if it was refused.</summary>
    public T? Value { get; }

    /// <summary>Why it was refused.</summary>
    public AccountFault? Fault { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Succeeded => Value != null;

    /// <summary>It went well.</summary>
    public static implicit operator AccountResult<T>(T value) => new(value, null);

    /// <summary>It was refused.</summary>
    public static implicit operator AccountResult<T>(AccountFault fault) => new(null, fault);
}
