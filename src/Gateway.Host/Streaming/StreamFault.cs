namespace Gateway.Host.Streaming;

/// <summary>Why the input could not be streamed to its end; the message is one line for the user.</summary>
sealed class StreamFault(string message, Exception? cause = null) : Exception(message, cause);
