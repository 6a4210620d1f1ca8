using System.Reflection;
using System.Text;
using Gateway.Testing;
using Microsoft.Extensions.Logging;

namespace Gateway.Architecture.Tests;

/// <summary>What is said of the log is what the methods that write it say.</summary>
public class LogEventsTests
{
    const string AcceptVariable = "ACCEPT_SETTINGS";
    const string Name = "log-events.md";

    [Fact]
    public void The_reference_of_log_events_is_up_to_date()
    {
        string file = Path.Combine(Repository.Root, "docs", Name);
        string now = Page();
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.WriteAllText(file, now);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == now, $"docs/{Name} is stale. Run this test with {AcceptVariable}=1 to write it anew.");
    }

    [Fact]
    public void Every_event_has_a_name_and_a_number_of_its_own()
    {
        var events = Events();
        Assert.True(events.Count > 40);
        Assert.DoesNotContain(events, found => string.IsNullOrEmpty(found.EventName));
        Assert.Empty(events.GroupBy(found => found.EventId).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.Empty(events.GroupBy(found => found.EventName).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    static List<LoggerMessageAttribute> Events() =>
    [
        .. from assembly in Built.Modules.Select(Built.Load).Prepend(Built.Core)
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message != null
           orderby message.EventId
           select message,
    ];

    static string Page()
    {
        var page = new StringBuilder("""
            # Log events

            What the gateway writes to standard error, made from the program. In the JSON form `EventId` has the number, `Category` says who
            wrote it, and `State` has the values of the names in braces. `Log:Level` says from which level on.

            | event | name | level | text |
            |---|---|---|---|

            """);
        foreach (var found in Events())
            page.Append($"| {found.EventId} | `{found.EventName}` | {found.Level} | {found.Message.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        return page.ToString();
    }
}
