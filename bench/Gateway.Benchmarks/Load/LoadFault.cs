namespace Gateway.Benchmarks.Load;

/// <summary>The load could not be run: bad arguments, or a server that does not answer as it should.</summary>
sealed class LoadFault(string message) : Exception(message);
