using System.Net;
using System.Reflection;
using System.Xml.Linq;
using Gateway.Testing;

namespace Gateway.Architecture.Tests;

public class DocumentationTests
{
    [Fact]
    public void Every_public_type_of_the_core_has_a_doc_comment()
    {
        var documented = Documented("Gateway.Core");

        Assert.Empty(Built.Core.GetExportedTypes().Select(type => $"T:{DocName(type)}").Except(documented));
    }

    [Fact]
    public void Every_property_of_an_option_class_has_a_doc_comment()
    {
        string[] assemblies = ["Gateway.Core", .. Built.Modules];
        var properties = assemblies.SelectMany(OptionsOf).ToList();

        Assert.NotEmpty(properties);
        Assert.Empty(properties.Except(assemblies.SelectMany(Documented)));
    }

    [Fact]
    public void The_example_in_the_contract_of_modules_is_the_sample()
    {
        string sample = File.ReadAllText(Path.Combine(Repository.Root, "samples", "Echo", "EchoModule.cs"));
        string source = File.ReadAllText(Path.Combine(Repository.Root, "src", "Gateway.Core", "Modules", "IGatewayModule.cs"));
        var example = source.Split("<code>")[1].Split("/// </code>")[0].Split('\n')[1..^1]
            .Select(line => WebUtility.HtmlDecode(line["///".Length..].TrimEnd()))
            .Select(line => line.Length == 0 ? line : line[1..]);

        Assert.Equal(sample.Split("namespace Echo;")[1].Trim(), string.Join('\n', example));
    }

    static IEnumerable<string> OptionsOf(string assembly) =>
        from type in Built.Load(assembly).GetTypes()
        where type.Name.EndsWith("Options", StringComparison.Ordinal)
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where property.SetMethod is { IsPublic: true }
        select $"P:{DocName(type)}.{property.Name}";

    static IEnumerable<string> Documented(string assembly) =>
        XDocument.Load(Path.ChangeExtension(Built.FileOf(assembly), ".xml")).Descendants("member")
            .Where(member => member.Elements().Any(element => element.Name == "inheritdoc" || element.Value.Trim().Length > 0))
            .Select(member => member.Attribute("name")!.Value);

    static string DocName(Type type) => type.FullName!.Replace('+', '.');
}
