namespace Gateway.Core.Auth;

/// <summary>A claim that grants something is not as it has to be. The message is meant for the client, whose claim it is.</summary>
sealed class MalformedClaimException(string message) : Exception(message);
