using Gateway.Core.Configuration;

namespace Gateway.Core.Tests.Configuration;

[Collection(ProcessStateCollection.Name)]
public sealed class GatewayConfigurationTests : IDisposable
{
    const string ReadableJson = "a readable JSON file, comments and trailing commas included";

    readonly ConfigurationFaults _faults = new();
    readonly string _workingDirectory = Directory.GetCurrentDirectory();
    readonly string _folder = Directory.CreateTempSubdirectory("gateway-configuration-").FullName;
    readonly Dictionary<string, string?> _variables = [];

    public GatewayConfigurationTests()
    {
        Directory.SetCurrentDirectory(_folder);
        // A temporary folder may be reached through a link; the paths under test begin with what the system calls it.
        _folder = Directory.GetCurrentDirectory();
        SetVariable("DOTNET_ENVIRONMENT", null);
    }

    public void Dispose()
    {
        foreach (var (name, value) in _variables)
            Environment.SetEnvironmentVariable(name, value);
        Directory.SetCurrentDirectory(_workingDirectory);
        Directory.Delete(_folder, recursive: true);
    }

    void SetVariable(string name, string? value)
    {
        _variables.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    string Write(string name, string json)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, json);
        return path;
    }

    GatewayConfiguration Load(string? file = null, params string[] commandLine) => GatewayConfiguration.Load(file, commandLine, _faults);

    IReadOnlyList<string> Tokens(params string[] commandLine) =>
        StrictBinder.Bind<ListOptions>(Load(null, commandLine).Root, _faults).Tokens;

    public sealed class ListOptions
    {
        public IReadOnlyList<string> Tokens { get; set; } = ["default"];
    }

    [Fact]
    public void Without_a_file_there_are_only_defaults()
    {
        var configuration = Load();

        Assert.Empty(_faults.Lines);
        Assert.Null(configuration.File);
        Assert.Equal(_folder, configuration.BaseDirectory);
        Assert.Empty(configuration.Root.GetChildren());
    }

    [Fact]
    public void The_file_in_the_working_directory_is_found()
    {
        var path = Write("gateway.json", """{ "A": { "B": 1, }, /* why */ } // and trailing commas""");

        var configuration = Load();

        Assert.Empty(_faults.Lines);
        Assert.Equal(path, configuration.File);
        Assert.Equal("1", configuration.Root["a:b"]);
    }

    [Fact]
    public void Each_source_wins_over_the_one_before()
    {
        Write("my.json", """{ "S": { "File": "file", "Overlay": "file", "Variable": "file", "Argument": "file" } }""");
        Write("my.Production.json", """{ "s": { "overlay": "overlay", "Variable": "overlay", "Argument": "overlay" } }""");
        SetVariable("GATEWAY_S__VARIABLE", "variable");
        SetVariable("GATEWAY_S__Argument", "variable");

        var root = Load("my.json", "--S:Argument=an=argument").Root;

        Assert.Empty(_faults.Lines);
        Assert.Equal(
            ("file", "overlay", "variable", "an=argument"),
            (root["S:File"], root["S:Overlay"], root["S:Variable"], root["S:Argument"]));
    }

    [Fact]
    public void The_overlay_is_named_after_the_file_and_the_environment()
    {
        Directory.CreateDirectory("deep");
        Write("deep/my.json", "{}");
        Write("deep/my.Production.json", """{ "From": "Production" }""");
        Write("deep/my.Staging.json", """{ "From": "Staging" }""");
        SetVariable("DOTNET_ENVIRONMENT", "Staging");

        var configuration = Load("deep/my.json");

        Assert.Equal("Staging", configuration.Root["From"]);
        Assert.Equal(Path.Combine(_folder, "deep"), configuration.BaseDirectory);
    }

    [Fact]
    public void A_file_that_was_asked_for_must_exist()
    {
        var configuration = Load("absent.json", "--A=1");

        var path = Path.Combine(_folder, "absent.json");
        Assert.Equal([$"{path}: cannot be read: Could not find file '{path}'.; allowed: {ReadableJson}"], _faults.Lines);
        Assert.Equal("1", configuration.Root["A"]);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("")]
    public void A_path_that_is_no_file_is_one_fault(string path)
    {
        Load(path);

        Assert.Single(_faults.Lines);
    }

    [Theory]
    [InlineData("{\n  \"A\": tru\n}", "line 2, position 11: a value without quotes is true, false, null or a number")]
    [InlineData("{ \"Secret\": nhunter2 }", "line 1, position 14: a value without quotes is true, false, null or a number")]
    [InlineData("{ \"A\": 1 } x", "line 1, position 12: 'x' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("[]", "line 1, position 1: the file holds no object")]
    [InlineData("{\n \"A\": 1,\n \"a\": 2 }", "line 3, position 2: the key a is given twice")]
    [InlineData("{ \"S\": { \"A\": 1 },\n\"S\": { \"B\": 1 } }", "line 2, position 1: the key S is given twice")]
    [InlineData("{ \"S\": { \"A\": 1 },\n\"S:A\": 1 }", "line 2, position 1: the key S:A is given twice")]
    [InlineData("{\n\"A\": \"\\uD800\" }", "line 2, position 6: an escape is half of a character")]
    public void A_malformed_file_is_one_fault_with_its_place(string json, string wrong)
    {
        var path = Write("gateway.json", json);

        Load();

        Assert.Equal([$"{path}: {wrong}; allowed: {ReadableJson}"], _faults.Lines);
    }

    [Fact]
    public void An_empty_file_is_one_fault()
    {
        Write("gateway.json", "");

        Load();

        Assert.Contains("line 1, position 1", Assert.Single(_faults.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_fault()
    {
        File.WriteAllText(Path.Combine(_folder, "gateway.json"), """{ "A": 1 }""", System.Text.Encoding.UTF8);

        Assert.Equal("1", Load().Root["A"]);
        Assert.Empty(_faults.Lines);
    }

    [Theory]
    [InlineData("--verbose", "--verbose")]
    [InlineData("--=x", "--")]
    [InlineData("--A::B=x", "--A::B")]
    [InlineData("-A=x", "-A")]
    [InlineData("/A=x", "/A")]
    [InlineData("Auth:jwt:Secret=hunter2", "Auth:jwt:Secret")]
    [InlineData("run", "run")]
    public void Any_other_argument_is_a_fault_that_names_it(string argument, string named)
    {
        var root = Load(null, argument, "--B=1").Root;

        Assert.Equal([$"{named}: is not a setting; allowed: --Section:Key=value"], _faults.Lines);
        Assert.Equal("1", root["B"]);
    }

    [Fact]
    public void A_value_that_stands_apart_from_its_key_is_not_named()
    {
        Load(null, "--Auth:jwt:Secret", "hunter2");

        Assert.Equal(["--Auth:jwt:Secret: is not a setting; allowed: --Section:Key=value"], _faults.Lines);
    }

    [Theory]
    [InlineData("""["d"]""", new[] { "d" })]
    [InlineData("\"d;e\"", new[] { "d", "e" })]
    [InlineData("[]", new string[0])]
    [InlineData("null", new[] { "default" })]
    public void A_file_over_a_file_replaces_the_whole_list(string overlay, string[] expected)
    {
        Write("gateway.json", """{ "Tokens": ["a", "b", "c"] }""");
        Write("gateway.Production.json", $$"""{ "tokens": {{overlay}} }""");

        Assert.Equal(expected, Tokens());
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void A_list_over_one_text_replaces_it()
    {
        Write("gateway.json", """{ "Tokens": "a;b;c" }""");
        Write("gateway.Production.json", """{ "Tokens": ["d"] }""");

        Assert.Equal(["d"], Tokens());
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void A_variable_over_a_file_replaces_the_whole_list()
    {
        Write("gateway.json", """{ "Tokens": ["a", "b", "c"] }""");
        SetVariable("GATEWAY_Tokens", "d;e");

        Assert.Equal(["d", "e"], Tokens());
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void Variables_that_are_elements_replace_the_whole_list()
    {
        Write("gateway.json", """{ "Tokens": ["a", "b", "c"] }""");
        SetVariable("GATEWAY_Tokens__0", "d");

        Assert.Equal(["d"], Tokens());
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void The_command_line_over_a_file_replaces_the_whole_list()
    {
        Write("gateway.json", """{ "Tokens": ["a", "b", "c"] }""");

        Assert.Equal(["d"], Tokens("--Tokens=d"));
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void Null_takes_a_section_away_and_an_empty_section_leaves_it()
    {
        Write("gateway.json", """{ "Modules": { "Events": { "Path": "/e" }, "Streams": { "Path": "/s" }, "Router": null, "Channels": {} } }""");
        Write("gateway.Production.json", """{ "Modules": { "Events": null, "Streams": {} } }""");

        var modules = Load().Root.GetSection("Modules");

        Assert.Equal(["Channels", "Streams"], modules.GetChildren().Select(module => module.Key));
        Assert.Equal("/s", modules["Streams:Path"]);
    }
}
