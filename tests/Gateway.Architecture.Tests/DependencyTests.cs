using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Architecture.Tests;

/// <summary>Module → Core and packages of its own. Host → Core. Core → the framework and the packages that it wraps. Nothing else.</summary>
public partial class DependencyTests
{
    // Those of the plan, so that the rule does not wait for them to be built.
    static readonly string[] PlannedModules = ["JsonStore", "Router", "Events", "Streams", "Channels"];

    [Fact]
    public void The_modules_lie_beside_the_program()
    {
        var projects = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"), "Gateway.Modules.*")
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

        Assert.Equal(projects, Built.Modules);
        Assert.NotEmpty(Built.Modules);
    }

    [Fact]
    public void Of_ours_a_module_refers_to_the_core_only()
    {
        Assert.All(Built.Modules, module => Assert.Equal(
            ["Gateway.Core"], Built.ReferencesOf(module).Where(name => name.StartsWith("Gateway.", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_host_refers_to_the_core_and_the_framework_only()
    {
        Assert.Equal(["Gateway.Core"], Built.ReferencesOf("Gateway.Host"));
    }

    [Fact]
    public void The_core_refers_to_nothing_of_ours()
    {
        Assert.DoesNotContain(Built.ReferencesOf("Gateway.Core"), name => name.StartsWith("Gateway.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_hosts_source_names_no_module()
    {
        var names = Built.Modules.Select(module => module.Split('.')[^1]).Union(PlannedModules);
        var named = new Regex($@"\b({string.Join('|', names)})\b|Gateway\.Modules|_({string.Join('|', names)})_");

        Assert.DoesNotContain(Built.SourceOf("Gateway.Host"), source => named.IsMatch(source.Line));
    }

    [Fact]
    public void The_cores_source_knows_no_protocol_of_a_module()
    {
        Assert.DoesNotContain(Built.SourceOf("Gateway.Core"), source => ProtocolWord().IsMatch(FrameworkWord().Replace(source.Line, "")));
    }

    [Fact]
    public void The_core_shows_its_internals_to_tests_and_benchmarks_only()
    {
        var friends = Built.Core.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName.Split(',')[0]);

        Assert.All(friends, friend => Assert.Matches(@"\.(Tests|Testing|Benchmarks)$", friend));
    }

    [Fact]
    public void The_modules_do_not_look_past_what_is_public()
    {
        Assert.All(Built.Modules, module => Assert.DoesNotContain(
            Built.Load(module).CustomAttributes, attribute => attribute.AttributeType.Name == "IgnoresAccessChecksToAttribute"));
    }

    // Names of modules and of the systems that they are compatible with, and words of their protocols alone. "Events" and
    // "Streams" are words of the framework too: they count only as the names of modules.
    [GeneratedRegex(
        @"Gateway\.Modules|Modules:(Events|Streams|Router)|pinghub|icepeak|socket-?shark|\bloom\b|jsonstore|json[ -]?patch|\bbroker|\bchannels?\b|\bRouter\b|internal_status|onMessage|beforeSubscribe",
        RegexOptions.IgnoreCase)]
    private static partial Regex ProtocolWord();

    // Words of the framework, of the commands of Redis and of its client.
    [GeneratedRegex(@"System\.Threading\.Channels|\bChannel(?=[.<])|\bCHANNELS\b")]
    private static partial Regex FrameworkWord();
}
