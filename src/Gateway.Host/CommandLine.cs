using Gateway.Host.Streaming;

namespace Gateway.Host;

/// <summary>What the command line asks for. Settings (<c>--Section:Key=value</c>) are passed on as they are.</summary>
sealed record CommandLine
{
    const string CheckConfig = "check-config";
    const string AskHealth = "health";
    const string SignToken = "token";
    const string ConfigOption = "--config";

    /// <summary>Show how the program is used.</summary>
    public bool Help { get; private init; }

    /// <summary>Show the program's version.</summary>
    public bool Version { get; private init; }

    /// <summary>Check the configuration and do not run.</summary>
    public bool CheckOnly { get; private init; }

    /// <summary>Sign a token and do not run; null = not asked for.</summary>
    public TokenArguments? Token { get; private init; }

    /// <summary>Send standard input into a stream, and do not run.</summary>
    public StreamArguments? Stream { get; private init; }

    /// <summary>Ask a gateway that runs for its health; null = not asked for.</summary>
    public Uri? Health { get; private init; }

    /// <summary>The configuration file; null = the one in the working directory, if there is one.</summary>
    public string? ConfigFile { get; private init; }

    /// <summary>Settings that come over those of the file.</summary>
    public IReadOnlyList<string> Settings { get; private init; } = [];

    /// <summary>What is wrong with the arguments; null if nothing is.</summary>
    public string? Refusal { get; private init; }

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments is [SignToken, ..])
            return ForToken(TokenArguments.Parse([.. arguments.Skip(1)]));
        if (arguments is [StreamArguments.Command, ..])
            return ForStream([.. arguments.Skip(1)]);
        if (arguments is [AskHealth, ..])
            return ForHealth([.. arguments.Skip(1)]);
        bool check = arguments is [CheckConfig, ..];
        string? file = null;
        var settings = new List<string>();
        for (int i = check ? 1 : 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument is "--help" or "-h")
                return new() { Help = true };
            if (argument == "--version")
                return new() { Version = true };
            if (argument == ConfigOption && i + 1 == arguments.Count)
                return new() { Refusal = $"{ConfigOption} needs a file" };
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                return new() { Refusal = $"\"{argument}\" is no command" };

            if (argument == ConfigOption)
                file = arguments[++i];
            else if (argument.StartsWith($"{ConfigOption}=", StringComparison.Ordinal))
                file = argument[(ConfigOption.Length + 1)..];
            else
                settings.Add(argument);
        }
        return new() { CheckOnly = check, ConfigFile = file, Settings = settings };
    }

    static CommandLine ForToken(TokenArguments token) => new() { Token = token, Help = token.Help, Refusal = token.Refusal };

    static CommandLine ForHealth(IReadOnlyList<string> arguments) => arguments switch
    {
        ["--help" or "-h"] => new() { Help = true },
        [var url] when Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => new() { Health = address },
        _ => new() { Refusal = $"{AskHealth} needs the URL of a health page, such as http://127.0.0.1:8080/health/ready" },
    };

    static CommandLine ForStream(IReadOnlyList<string> arguments)
    {
        if (arguments.Any(argument => argument is "--help" or "-h"))
            return new() { Help = true };
        return StreamArguments.Parse(arguments, out var stream) is { } fault ? new() { Refusal = fault } : new() { Stream = stream };
    }
}
