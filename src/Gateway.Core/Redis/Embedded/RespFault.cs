namespace Gateway.Core.Redis.Embedded;

/// <summary>What a client sent is not RESP, or is beyond a limit. The message is the error that it gets before it is cut.</summary>
sealed class RespFault(string message) : Exception(message);
