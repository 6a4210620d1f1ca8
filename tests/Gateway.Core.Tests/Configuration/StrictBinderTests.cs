using System.Globalization;
using FsCheck.Xunit;
using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Tests.Configuration;

public sealed class StrictBinderTests
{
    readonly ConfigurationFaults _faults = new();

    public enum Policy
    {
        Disconnect,
        DropOldest,
    }

    public class ModuleOptions
    {
        public string Path { get; set; } = "/default";
    }

    public sealed class Options : ModuleOptions
    {
        public bool Enabled { get; set; } = true;
        public int Port { get; set; } = 8080;
        [AllowedRange(0, long.MaxValue, Description = "no limit")] public long MaxBytes { get; set; } = 65536;
        [AllowedRange(1, 10)] public int? Tries { get; set; }
        [AllowedRange(0.5, 2)] public double Factor { get; set; } = 1;
        public double Ratio { get; set; }
        [AllowedDuration(Description = "off")] public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(30);
        [AllowedDuration(Min = "00:00:01", Max = "01:00:00", Zero = false)] public TimeSpan Lifetime { get; set; }
        public Policy SlowConsumer { get; set; }
        [Secret] public string? Secret { get; set; }
        [Secret] public int Pin { get; set; }
        public IReadOnlyList<string> Listen { get; set; } = ["http://default"];
        public string[] Fields { get; set; } = [];
        public List<string> Names { get; set; } = [];
        public Dictionary<string, string> Headers { get; set; } = [];
        public IReadOnlyDictionary<string, Service> Services { get; set; } = new Dictionary<string, Service>();
        public Service Fallback { get; set; } = new() { Url = "http://fallback" };
        public IConfigurationSection? Modules { get; set; }
        public string Computed => Path + "!";
    }

    public sealed class Service : IValidatedOptions
    {
        public string? Url { get; set; }
        public int Weight { get; set; } = 1;

        public IEnumerable<OptionFault> Validate()
        {
            if (Url is null)
                yield return new OptionFault("Url", "is missing", "an absolute URL");
            if (Weight == 13)
                yield return new OptionFault("", "brings bad luck", "other services");
        }
    }

    public sealed class Outer : IValidatedOptions
    {
        public Service Inner { get; set; } = new();

        public IEnumerable<OptionFault> Validate() => [new OptionFault("Name", "is missing", "a name")];
    }

    public sealed class Impossible
    {
        public Uri? Address { get; set; }
    }

    public sealed class ImpossibleBelow
    {
        public IReadOnlyDictionary<string, Impossible> Inner { get; set; } = new Dictionary<string, Impossible>();
    }

    Options Bind(params (string Key, string? Value)[] settings) => StrictBinder.Bind<Options>(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Root:" + setting.Key, setting.Value)))
            .Build()
            .GetSection("Root"),
        _faults);

    void AssertFault(string line) => Assert.Equal(["Root:" + line], _faults.Lines);

    [Fact]
    public void Every_supported_type_is_bound_without_regard_to_the_case_of_keys()
    {
        var options = Bind(
            ("path", "/x"), ("ENABLED", "false"), ("Port", "1"), ("MaxBytes", "9223372036854775807"), ("Tries", "3"),
            ("Factor", "1.5"), ("Ratio", "-1e-3"), ("PingInterval", "1.00:00:00"), ("Lifetime", "00:00:01.25"),
            ("SlowConsumer", "dropoldest"), ("Secret", "s"), ("Modules:Any:Thing", "1"));

        Assert.Empty(_faults.Lines);
        Assert.Equal("/x", options.Path);
        Assert.False(options.Enabled);
        Assert.Equal(1, options.Port);
        Assert.Equal(long.MaxValue, options.MaxBytes);
        Assert.Equal(3, options.Tries);
        Assert.Equal(1.5, options.Factor);
        Assert.Equal(-0.001, options.Ratio);
        Assert.Equal(TimeSpan.FromDays(1), options.PingInterval);
        Assert.Equal(TimeSpan.FromSeconds(1.25), options.Lifetime);
        Assert.Equal(Policy.DropOldest, options.SlowConsumer);
        Assert.Equal("s", options.Secret);
        Assert.Equal("1", options.Modules!["Any:Thing"]);
    }

    [Fact]
    public void What_is_absent_or_null_keeps_its_default()
    {
        var options = Bind(("Port", null), ("Listen", null), ("Headers", null), ("Tries", null));

        Assert.Empty(_faults.Lines);
        Assert.Equal(8080, options.Port);
        Assert.Equal(["http://default"], options.Listen);
        Assert.Null(options.Tries);
        Assert.Equal("/default", options.Path);
    }

    [Fact]
    public void The_root_of_the_configuration_can_be_bound_too()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Weigth", (string?)"1")]).Build();

        StrictBinder.Bind<Service>(root, _faults);

        Assert.Equal(["Weigth: unknown key, did you mean Weight?; allowed: Url, Weight"], _faults.Lines);
    }

    [Fact]
    public void An_unknown_key_is_a_fault_that_names_the_nearest_known_one()
    {
        Bind(("Fallback:Wieght", "3"));

        AssertFault("Fallback:Wieght: unknown key, did you mean Weight?; allowed: Url, Weight");
    }

    [Fact]
    public void An_unknown_key_that_is_near_to_none_lists_what_is_allowed()
    {
        Bind(("Fallback:Colour:Deep", "hunter2"));

        AssertFault("Fallback:Colour: unknown key; allowed: Url, Weight");
    }

    [Fact]
    public void A_property_that_cannot_be_set_is_no_key()
    {
        Bind(("Computed", "x"));

        Assert.StartsWith("Root:Computed: unknown key", Assert.Single(_faults.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Port", "abc", "\"abc\" is not a whole number; allowed: 0 to 2147483647")]
    [InlineData("Port", "", "\"\" is not a whole number; allowed: 0 to 2147483647")]
    [InlineData("Port", "1.0", "\"1.0\" is not a whole number; allowed: 0 to 2147483647")]
    [InlineData("Port", "-1", "\"-1\" is out of range; allowed: 0 to 2147483647")]
    [InlineData("Port", "2147483648", "\"2147483648\" is out of range; allowed: 0 to 2147483647")]
    [InlineData("MaxBytes", "9223372036854775808", "\"9223372036854775808\" is out of range; allowed: 0 (no limit) to 9223372036854775807")]
    [InlineData("Tries", "0", "\"0\" is out of range; allowed: 1 to 10")]
    [InlineData("Factor", "0.4", "\"0.4\" is out of range; allowed: 0.5 to 2")]
    [InlineData("Factor", "1,5", "\"1,5\" is not a number; allowed: 0.5 to 2")]
    [InlineData("Ratio", "NaN", "\"NaN\" is not a number; allowed: any number")]
    [InlineData("Ratio", "1e999", "\"1e999\" is not a number; allowed: any number")]
    [InlineData("Enabled", "yes", "\"yes\" is neither true nor false; allowed: true or false")]
    [InlineData("SlowConsumer", "1", "\"1\" is not one of the names; allowed: Disconnect, DropOldest")]
    [InlineData("SlowConsumer", "Disconnect,DropOldest", "\"Disconnect,DropOldest\" is not one of the names; allowed: Disconnect, DropOldest")]
    [InlineData("Headers", "x", "is one value, not a section; allowed: a section of names")]
    [InlineData("Fallback", "x", "is one value, not a section; allowed: a section with the keys Url, Weight")]
    public void A_value_of_the_wrong_type_or_out_of_range_is_a_fault(string key, string value, string wrong)
    {
        Bind((key, value));

        AssertFault($"{key}: {wrong}");
    }

    [Theory]
    [InlineData("30")]
    [InlineData("00:30")]
    [InlineData("24:00:00")]
    [InlineData("-00:00:30")]
    [InlineData("30s")]
    [InlineData(" 00:00:30")]
    [InlineData("")]
    public void A_duration_is_written_in_full(string text)
    {
        Bind(("PingInterval", text));

        AssertFault($"PingInterval: \"{text}\" is not a duration like 00:00:30; allowed: 0 (off), or 00:00:00.5 to 24.00:00:00");
    }

    [Theory]
    [InlineData("PingInterval", "00:00:00.4", "0 (off), or 00:00:00.5 to 24.00:00:00")]
    [InlineData("PingInterval", "24.00:00:01", "0 (off), or 00:00:00.5 to 24.00:00:00")]
    [InlineData("Lifetime", "0", "00:00:01 to 01:00:00")]
    [InlineData("Lifetime", "00:00:00.9", "00:00:01 to 01:00:00")]
    [InlineData("Lifetime", "01:00:01", "00:00:01 to 01:00:00")]
    public void A_duration_out_of_its_range_is_a_fault(string key, string text, string allowed)
    {
        Bind((key, text));

        AssertFault($"{key}: \"{text}\" is out of range; allowed: {allowed}");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("00:00:00")]
    public void Zero_switches_a_duration_off(string text)
    {
        Assert.Equal(TimeSpan.Zero, Bind(("PingInterval", text)).PingInterval);
        Assert.Empty(_faults.Lines);
    }

    [Property]
    public bool A_duration_within_the_range_is_read_as_it_was_written(uint milliseconds)
    {
        var duration = TimeSpan.FromMilliseconds(500 + milliseconds % 2_000_000_000);
        return Bind(("PingInterval", duration.ToString("c"))).PingInterval == duration && !_faults.Any;
    }

    [Property]
    public bool A_whole_number_is_read_as_it_was_written_or_is_out_of_range(long number)
    {
        var faults = new ConfigurationFaults();
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("MaxBytes", (string?)number.ToString(CultureInfo.InvariantCulture))])
            .Build();
        var options = StrictBinder.Bind<Options>(section, faults);
        return number < 0 ? faults.Any : options.MaxBytes == number && !faults.Any;
    }

    [Fact]
    public void A_list_is_a_list_or_one_text_split_at_semicolons()
    {
        var options = Bind(("Listen", " http://a ; http://b;; "), ("Fields:0", "x;y"), ("Fields:1", "z"), ("Names", ""));

        Assert.Empty(_faults.Lines);
        Assert.Equal(["http://a", "http://b"], options.Listen);
        Assert.Equal(["x;y", "z"], options.Fields);
        Assert.Empty(options.Names);
    }

    [Fact]
    public void A_long_list_keeps_its_order()
    {
        var options = Bind([.. Enumerable.Range(0, 12).Select(i => ($"Names:{i}", (string?)$"n{i}"))]);

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"n{i}"), options.Names);
    }

    [Fact]
    public void A_section_in_place_of_a_list_is_a_fault()
    {
        Bind(("Listen:Url", "x"));

        AssertFault("Listen: is a section, not a list; allowed: a list of texts, or one text with ; between them");
    }

    [Fact]
    public void A_list_holds_texts_only()
    {
        Bind(("Names:0:x", "1"), ("Names:1", " "), ("Fields", "a"), ("Fields:0", "b"));

        Assert.Equal(
            [
                "Root:Fields: is one text and a list at the same time; allowed: one of the two",
                "Root:Names:0: is a section or a list, not one value; allowed: one text",
                "Root:Names:1: is blank; allowed: a text that is not",
            ],
            _faults.Lines);
    }

    [Fact]
    public void Maps_hold_texts_or_options_under_names_without_case()
    {
        var options = Bind(("Headers:X-Key", "1"), ("Services:books:Url", "http://b"), ("Services:films:Url", "http://f"), ("Services:films:Weight", "2"));

        Assert.Empty(_faults.Lines);
        Assert.Equal("1", options.Headers["x-key"]);
        Assert.Equal("http://b", options.Services["Books"].Url);
        Assert.Equal(2, options.Services["films"].Weight);
    }

    [Fact]
    public void A_name_with_an_empty_section_is_in_the_map_and_checked()
    {
        Bind(("Services:books", null));

        AssertFault("Services:books:Url: is missing; allowed: an absolute URL");
    }

    [Fact]
    public void A_nested_section_keeps_the_defaults_of_its_initializer()
    {
        var fallback = Bind(("Fallback:Weight", "5")).Fallback;

        Assert.Equal(("http://fallback", 5), (fallback.Url, fallback.Weight));
        Assert.Empty(_faults.Lines);
    }

    [Fact]
    public void Options_check_themselves_once_their_keys_are_fine()
    {
        Bind(("Services:a:Weight", "13"), ("Services:b:Weight", "x"));

        Assert.Equal(
            [
                "Root:Services:a: brings bad luck; allowed: other services",
                "Root:Services:a:Url: is missing; allowed: an absolute URL",
                "Root:Services:b:Weight: \"x\" is not a whole number; allowed: 0 to 2147483647",
            ],
            _faults.Lines);
    }

    [Fact]
    public void A_fault_in_a_section_below_does_not_keep_options_from_checking_themselves()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Inner:Weight", (string?)"x")]).Build();

        StrictBinder.Bind<Outer>(root, _faults);

        Assert.Equal(["Inner:Weight: \"x\" is not a whole number; allowed: 0 to 2147483647", "Name: is missing; allowed: a name"], _faults.Lines);
    }

    [Fact]
    public void A_section_in_place_of_a_value_is_a_fault()
    {
        Bind(("Port:Number", "1"), ("Path:0", "/a"));

        Assert.Equal(
            [
                "Root:Path: is a section or a list, not one value; allowed: one text",
                "Root:Port: is a section or a list, not one value; allowed: 0 to 2147483647",
            ],
            _faults.Lines);
    }

    [Fact]
    public void A_value_in_place_of_the_section_itself_is_a_fault()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Books", (string?)"hunter2")]).Build();

        StrictBinder.Bind<Service>(root.GetSection("Books"), _faults);

        Assert.Equal(["Books: is one value, not a section; allowed: a section with the keys Url, Weight"], _faults.Lines);
    }

    [Fact]
    public void A_secret_is_not_echoed()
    {
        Bind(("Pin", "hunter2"));

        AssertFault("Pin: the value (not shown) is not a whole number; allowed: 0 to 2147483647");
    }

    [Fact]
    public void One_fault_does_not_hide_another()
    {
        Bind(("Port", "x"), ("Colour", "x"), ("Fallback:Weight", "x"), ("Services:a:Weight", "x"), ("PingInterval", "30"));

        Assert.Equal(5, _faults.Lines.Count);
    }

    [Fact]
    public void A_type_that_cannot_be_bound_is_an_exception_that_names_the_property()
    {
        var empty = new ConfigurationBuilder().Build();

        var fault = Assert.Throws<InvalidOperationException>(() => StrictBinder.Bind<ImpossibleBelow>(empty, _faults));

        Assert.Contains("Impossible.Address", fault.Message, StringComparison.Ordinal);
    }
}
