using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Core.Hosting;

/// <summary>
/// The log goes to standard error: lines for a person at a terminal, else one JSON object a line. Standard output has
/// the start lines only.
/// </summary>
static class Logging
{
    public static void Configure(ILoggingBuilder logging, LogLevelSwitch level)
    {
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter(given => given >= level.Level);
        // The framework tells of every request, client addresses and paths included; what matters is logged here.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("OpenTelemetry", LogLevel.Warning);
        if (Console.IsErrorRedirected)
            logging.AddJsonConsole(json => json.TimestampFormat = "O");
        else
            logging.AddSimpleConsole(line => (line.SingleLine, line.TimestampFormat) = (true, "HH:mm:ss.fff "));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
