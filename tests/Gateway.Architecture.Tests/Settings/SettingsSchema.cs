using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;

namespace Gateway.Architecture.Tests.Settings;

/// <summary>docs/gateway.schema.json: the same as a JSON schema, by which editors complete and check <c>gateway.json</c>.</summary>
static class SettingsSchema
{
    const string Duration = @"^(0|(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?)$";

    public static string Create()
    {
        var root = Section(typeof(GatewayOptions));
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "gateway.json" };
        root["properties"]!["$schema"] = new JsonObject { ["type"] = "string" };
        foreach (var (name, value) in root.ToList())
        {
            root.Remove(name);
            schema[name] = value;
        }
        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    static JsonObject Section(Type type)
    {
        var properties = new JsonObject();
        foreach (var key in OptionKey.Of(type))
        {
            var property = Property(key);
            if (key.Description.Length > 0)
                property["description"] = key.Description;
            if (!key.IsSecret && Default(key) is { } byDefault)
                property["default"] = byDefault;
            properties[key.Name] = property;
        }
        return new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    static JsonObject Property(OptionKey key) => key switch
    {
        { IsOpen: true, Name: nameof(GatewayOptions.Modules) } => Modules(),
        { IsOpen: true } => Map(Schemes()),
        { IsSection: true } => Section(key.Type),
        { MapOf: { } below } when below == typeof(string) => Map(new() { ["type"] = "string" }),
        { MapOf: { } below } => Map(Section(below)),
        { IsList: true } => new() { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }, new JsonObject { ["type"] = "string" }) },
        _ => Scalar(key),
    };

    static JsonObject Scalar(OptionKey key)
    {
        if (key.Type.IsEnum)
            return new() { ["enum"] = new JsonArray([.. Enum.GetNames(key.Type).Select(name => (JsonNode)name)]) };
        if (key.Type == typeof(bool))
            return new() { ["type"] = "boolean" };
        if (key.Type == typeof(TimeSpan))
            return new() { ["type"] = "string", ["pattern"] = Duration };
        if (key.Type == typeof(string))
            return new() { ["type"] = "string" };
        return new()
        {
            ["type"] = key.Type == typeof(double) ? "number" : "integer",
            ["minimum"] = key.Range?.Min ?? 0,
            ["maximum"] = key.Range?.Max ?? (key.Type == typeof(int) ? int.MaxValue : long.MaxValue),
        };
    }

    // A plug-in's section has keys that nobody knows here.
    static JsonObject Modules()
    {
        var modules = new JsonObject();
        foreach (var (name, type) in KnownOptions.Modules)
            modules[name] = Section(type);
        var plugin = Section(typeof(ModuleOptions));
        plugin["additionalProperties"] = true;
        return new() { ["type"] = "object", ["properties"] = modules, ["additionalProperties"] = plugin };
    }

    static JsonObject Schemes()
    {
        var types = new JsonArray();
        foreach (var (name, type) in KnownOptions.Schemes)
        {
            var scheme = Section(type);
            scheme["properties"]!["Type"] = new JsonObject { ["const"] = name };
            scheme["required"] = new JsonArray("Type");
            types.Add((JsonNode)scheme);
        }
        return new() { ["anyOf"] = types };
    }

    static JsonObject Map(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    static JsonNode? Default(OptionKey key) => key.Value switch
    {
        bool truth => truth,
        int number => number,
        long number => number,
        double number => number,
        TimeSpan or Enum => key.Default,
        string { Length: > 0 } text => text,
        IReadOnlyList<string> { Count: > 0 } list => new JsonArray([.. list.Select(text => (JsonNode)text)]),
        _ => null,
    };
}
