namespace Gateway.Core.Storage;

/// <summary>
/// Records cannot be written now: the disk is full or fails, or more waits to be written than may. From
/// <see cref="RecordLog.Append"/>: nothing was appended. From a wait: what was appended is not known to be on the disk;
/// it stays in memory and will be written as soon as that succeeds. Trying again later helps.
/// </summary>
public sealed class LogUnavailableException : IOException
{
    internal LogUnavailableException(string problem, Exception? cause = null) : base(problem, cause)
    {
    }
}
