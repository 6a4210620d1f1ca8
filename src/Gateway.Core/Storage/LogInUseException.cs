namespace Gateway.Core.Storage;

/// <summary>A log that another process, or another object in this one, has open.</summary>
public sealed class LogInUseException : IOException
{
    internal LogInUseException(string folder, Exception cause)
        : base($"{folder}: in use by another process; only one may have it open", cause)
    {
    }
}
