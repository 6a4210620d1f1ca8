using System.Text.Json;
using Gateway.Architecture.Tests.Settings;
using Gateway.Core.Hosting;
using Gateway.Core.Tenants;
using Gateway.Testing;

namespace Gateway.Architecture.Tests;

/// <summary>What is said of the settings is what the options classes say.</summary>
public class SettingsTests
{
    const string AcceptVariable = "ACCEPT_SETTINGS";

    [Fact]
    public void The_reference_of_settings_is_up_to_date() => IsUpToDate("settings.md", SettingsPage.Create());

    [Fact]
    public void The_schema_of_the_configuration_is_up_to_date() => IsUpToDate("gateway.schema.json", SettingsSchema.Create());

    [Fact]
    public void Every_key_says_what_it_is()
    {
        Type[] classes = [typeof(GatewayOptions), typeof(TenantOptions), .. KnownOptions.Modules.Values, .. KnownOptions.Schemes.Values];
        Assert.Equal(5, KnownOptions.Modules.Count);
        Assert.Equal(4, KnownOptions.Schemes.Count);
        Assert.Empty(classes.SelectMany(OptionKey.Of).Where(key => key.Description.Length == 0).Select(key => $"{key.Property.DeclaringType!.Name}.{key.Name}"));
    }

    [Fact]
    public void The_schema_knows_every_key_of_the_example()
    {
        using var schema = JsonDocument.Parse(SettingsSchema.Create());
        using var example = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "gateway.json")),
            new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Check(example.RootElement, schema.RootElement, "");
    }

    static void Check(JsonElement value, JsonElement schema, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;
        // Of several forms, the one whose type is given.
        if (schema.TryGetProperty("anyOf", out var forms))
            schema = forms.EnumerateArray().Single(form => form.GetProperty("properties").GetProperty("Type").GetProperty("const").GetString() == value.GetProperty("Type").GetString());
        foreach (var member in value.EnumerateObject())
        {
            var below = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var known) ? known : schema.GetProperty("additionalProperties");
            Assert.True(below.ValueKind == JsonValueKind.Object, $"{path}{member.Name} is not in the schema.");
            Check(member.Value, below, $"{path}{member.Name}:");
        }
    }

    static void IsUpToDate(string name, string now)
    {
        string file = Path.Combine(Repository.Root, "docs", name);
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.WriteAllText(file, now);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == now, $"docs/{name} is stale. Run this test with {AcceptVariable}=1 to write it anew.");
    }
}
