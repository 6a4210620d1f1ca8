namespace Gateway.Core.Auth;

/// <summary>A scheme that depends on something outside this process, and says how that is.</summary>
public interface IReportsHealth
{
    /// <summary>What is wrong, for operators; null while nothing is.</summary>
    string? Problem { get; }
}
