using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>What is logged at least; may change at any time.</summary>
sealed class LogLevelSwitch
{
    volatile LogLevel _level = LogLevel.Information;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }
}
