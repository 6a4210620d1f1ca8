using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Auth;

/// <summary>Keeps what is logged.</summary>
sealed class LogLines : ILoggerFactory, ILogger
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{logLevel} {eventId.Name}: {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
