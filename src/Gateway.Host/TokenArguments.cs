using System.Globalization;

namespace Gateway.Host;

/// <summary>What <c>token</c> is asked for. No refusal repeats an argument: it may be a secret.</summary>
sealed record TokenArguments
{
    const string Allowed = "-p/--path PATH:MODES, -g/--grant MODULE:PATH:ACTIONS, -e/--expires SECONDS, -s/--jwt-secret S, --subject S";

    readonly List<WhitelistEntry> _whitelist = [];
    readonly List<ModuleGrant> _grants = [];

    /// <summary>Show how the program is used.</summary>
    public bool Help { get; private init; }

    /// <summary>What is wrong with the arguments; null if nothing is.</summary>
    public string? Refusal { get; private init; }

    /// <summary>What the token grants of the JSON store.</summary>
    public IReadOnlyList<WhitelistEntry> Whitelist => _whitelist;

    /// <summary>What it grants of any module.</summary>
    public IReadOnlyList<ModuleGrant> Grants => _grants;

    /// <summary>In how many seconds it expires; null = never.</summary>
    public int? Expires { get; private set; }

    /// <summary>What it is signed with, if the command line says so.</summary>
    public string? Secret { get; private set; }

    /// <summary>Whom it is for.</summary>
    public string? Subject { get; private set; }

    public static TokenArguments Parse(IReadOnlyList<string> arguments)
    {
        var token = new TokenArguments();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            string? value = null;
            if (name.StartsWith("--", StringComparison.Ordinal) && name.IndexOf('=') is > 0 and var equals)
                (name, value) = (name[..equals], name[(equals + 1)..]);
            if (name is "--help" or "-h")
                return new() { Help = true };
            if (token.Option(name) is not { } set)
                return new() { Refusal = $"argument {i + 1} of token is no option; allowed are {Allowed}" };
            if (value == null && ++i < arguments.Count)
                value = arguments[i];
            if (set(value ?? "") is { } need)
                return new() { Refusal = $"{name} needs {need}" };
        }
        return token;
    }

    /// <summary>What takes the option's value, and returns what it needs instead.</summary>
    Func<string, string?>? Option(string name) => name switch
    {
        "-p" or "--path" => AddPath,
        "-g" or "--grant" => AddGrant,
        "-e" or "--expires" => SetExpires,
        "-s" or "--jwt-secret" => value => (Secret = value).Length > 0 ? null : "a secret of at least one character",
        "--subject" => value => (Subject = value).Length > 0 ? null : "a name",
        _ => null,
    };

    string? AddPath(string value)
    {
        if (WhitelistEntry.Parse(value) is not { } entry)
            return "PATH:MODES, where PATH has no colon and MODES is r, w or rw";
        _whitelist.Add(entry);
        return null;
    }

    string? AddGrant(string value)
    {
        if (ModuleGrant.Parse(value) is not { } grant)
            return "MODULE:PATH:ACTIONS, where MODULE is a name or *, PATH begins with / and ACTIONS are names with commas between, or *";
        _grants.Add(grant);
        return null;
    }

    string? SetExpires(string value)
    {
        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds))
            return $"a whole number of seconds, at most {int.MaxValue}";
        Expires = seconds;
        return null;
    }
}
