using Gateway.Testing;

namespace Gateway.Host.Tests;

public class ConfigurationTests
{
    // Every kind of fault at once: none may hide another.
    const string Faulty = """
        {
          "Urls": "http://127.0.0.1:0; ftp://example.com",
          "Url": "http://127.0.0.1:0",
          "Drain": { "Window": "5 s", "Limit": "02:00:00" },
          "Limits": { "Connections": "many", "ConnectionsPerAddress": -1 },
          "Modules": {
            "Chanels": {},
            "Channels": {
              "MaxMesageBytes": 1,
              "QueueBytes": -1,
              "PingInterval": "soon",
              "PongTimeout": "00:00:00.1",
              "SlowConsumer": "Explode",
              "Path": { "a": 1 }
            }
          }
        }
        """;

    static readonly (string Key, string Wrong)[] Faults =
    [
        ("Drain:Limit", "out of range"),
        ("Drain:Window", "not a duration like 00:00:30"),
        ("Limits:Connections", "not a whole number"),
        ("Limits:ConnectionsPerAddress", "out of range"),
        ("Modules:Chanels", "no such module; allowed: Channels"),
        ("Modules:Channels:MaxMesageBytes", "did you mean MaxMessageBytes?"),
        ("Modules:Channels:Path", "is a section"),
        ("Modules:Channels:PingInterval", "not a duration like 00:00:30"),
        ("Modules:Channels:PongTimeout", "out of range"),
        ("Modules:Channels:QueueBytes", "out of range"),
        ("Modules:Channels:SlowConsumer", "allowed: Disconnect, DropOldest, KeepLatest"),
        ("Url", "did you mean Urls?"),
    ];

    [Fact]
    public async Task A_good_configuration_is_ok()
    {
        Assert.Equal((0, "ok", ""), await Run.CheckAsync(Run.Channels));
    }

    [Theory]
    [InlineData("check-config")]
    [InlineData]
    public async Task Every_fault_is_told_at_once_with_its_full_key(params string[] args)
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(Faulty, args);

        Assert.Equal(1, exitCode);
        Assert.Empty(stdout);
        string[] lines = stderr.Split('\n');
        Assert.Equal(Faults.Length, lines.Length);
        foreach (var ((key, wrong), line) in Faults.Zip(lines))
        {
            Assert.StartsWith($"{key}: ", line, StringComparison.Ordinal);
            Assert.Contains(wrong, line, StringComparison.Ordinal);
            Assert.Contains("; allowed: ", line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("check-config")]
    [InlineData]
    public async Task Texts_with_a_grammar_are_checked_too(params string[] args)
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(
            """
            {
              "Urls": "http://127.0.0.1:0; http://127.0.0.1:0/with/a/path; http://example.com:80; http://127.0.0.1:66000",
              "Admin": { "Listen": "nowhere" },
              "Tls": { "Key": "key.pem" },
              "Modules": { "Channels": { "Path": "no path", "Listen": ["127.0.0.1:1"], "AllowedOrigins": ["example.com", "https://a.example/b"] } }
            }
            """,
            args);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            ["Admin:Listen", "Modules:Channels:AllowedOrigins", "Modules:Channels:AllowedOrigins", "Modules:Channels:Listen",
                "Modules:Channels:Path", "Tls:Certificate", "Urls", "Urls", "Urls"],
            stderr.Split('\n').Select(line => line.Split(": ")[0]));
    }

    [Theory]
    [InlineData("check-config")]
    [InlineData]
    public async Task A_file_that_is_no_JSON_is_refused_with_the_line(params string[] args)
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync("{\n  \"Urls\": \"http://127.0.0.1:0\",\n  \"Modules\" {}\n}", args);

        Assert.Equal(1, exitCode);
        Assert.Contains("gateway.json: line 3, position 13", Assert.Single(stderr.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_and_trailing_commas_are_allowed()
    {
        Assert.Equal((0, "ok", ""), await Run.CheckAsync("""
            // what this is
            { "Urls": "http://127.0.0.1:0", /* where */ "Modules": { "Channels": {}, }, }
            """));
    }

    [Fact]
    public async Task A_socket_path_that_is_too_long_is_refused()
    {
        var (exitCode, _, stderr) = await Run.CheckAsync($$"""{ "Urls": "http://unix:/tmp/{{new string('x', 120)}}" }""");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Urls: ", Assert.Single(stderr.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_a_variable_or_on_the_command_line_has_its_full_key_too()
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(
            Run.Channels,
            ["check-config", "--Limits:Connections=x"],
            new Dictionary<string, string> { ["GATEWAY_Modules__Channels__PingIntervall"] = "00:00:05" });

        Assert.Equal(1, exitCode);
        Assert.Equal(["Limits:Connections", "Modules:Channels:PingIntervall"], stderr.Split('\n').Select(line => line.Split(": ")[0]));
    }

    [Fact]
    public async Task A_fault_elsewhere_makes_no_scheme_look_absent()
    {
        var (exitCode, _, stderr) = await Run.CheckAsync("""
            {
              "Limits": { "Connections": -1 },
              "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["one"] }, "jwt": { "Type": "Jwt", "Secret": "two" } },
              "Modules": { "Channels": { "Auth": ["team", "jwt"] } }
            }
            """);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Limits:Connections: ", Assert.Single(stderr.Split('\n')), StringComparison.Ordinal);
    }
}
