namespace Gateway.Core.Auth;

/// <summary>A claim that grants something is not as it has to be. The message is meant for the client, whose claim it is.</summary>
public sealed class MalformedClaimException : Exception
{
    internal MalformedClaimException(string message) : base(message)
    {
    }
}
