using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gateway.Architecture.Tests.Settings;

/// <summary>The summaries of doc comments, as plain text with code in backticks.</summary>
static partial class DocComments
{
    static readonly Dictionary<string, XElement> Members = new[] { "Gateway.Core" }.Concat(Built.Modules)
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(Built.FileOf(assembly), ".xml")).Descendants("member"))
        .Where(member => member.Element("summary") != null && member.Attribute("name")!.Value.StartsWith("P:", StringComparison.Ordinal))
        // What a generator adds to several assemblies is in all of them.
        .DistinctBy(member => member.Attribute("name")!.Value)
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    /// <summary>What is said of a property; empty where nothing is.</summary>
    public static string Of(PropertyInfo property) =>
        Members.TryGetValue($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}", out var summary)
            ? Space().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim()
            : "";

    static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")?.Value.Split('.')[^1] ?? see.Attribute("langword")?.Value}`",
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
