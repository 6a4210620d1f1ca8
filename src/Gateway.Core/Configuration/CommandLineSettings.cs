using System.Text.RegularExpressions;

namespace Gateway.Core.Configuration;

/// <summary>Tells the settings among the arguments of the command line from the mistakes.</summary>
static partial class CommandLineSettings
{
    const string Form = "--Section:Key=value";

    /// <summary>The arguments of the form <c>--Section:Key=value</c>; every other one is a fault.</summary>
    public static string[] Of(IReadOnlyList<string> arguments, ConfigurationFaults faults)
    {
        var settings = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (Setting().IsMatch(argument))
            {
                settings.Add(argument);
                continue;
            }
            faults.Add(argument.Split('=')[0], "is not a setting", Form);

            // In "--Auth:jwt:Secret abc" the second argument was meant as a value, perhaps a secret one: it is not named.
            var awaitsValue = argument.StartsWith('-') && !argument.Contains('=');
            if (awaitsValue && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal)) i++;
        }
        return [.. settings];
    }

    [GeneratedRegex("^--[^=:]+(:[^=:]+)*=")]
    private static partial Regex Setting();
}
