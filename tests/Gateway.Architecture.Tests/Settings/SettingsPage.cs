using System.Text;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Gateway.Core.Tenants;

namespace Gateway.Architecture.Tests.Settings;

/// <summary>docs/settings.md: every key, as the options classes say it.</summary>
static class SettingsPage
{
    public static string Create()
    {
        var page = new StringBuilder("""
            # Settings

            Every key of `gateway.json`, made from the options classes; [operating](operating.md#settings) says where else they can be set.
            Durations are written `00:00:30`, sizes are bytes. A list may be one text with `;` between.

            ## The gateway


            """);
        Table(page, Rows("", typeof(GatewayOptions)));
        page.Append("\n## A tenant: `Tenants:{name}`\n\n");
        Table(page, Rows("", typeof(TenantOptions)));
        page.Append("\n## Every module: `Modules:{name}`\n\n");
        Table(page, Rows("", typeof(ModuleOptions)));
        var shared = Rows("", typeof(ModuleOptions)).ToHashSet();
        foreach (var (name, type) in KnownOptions.Modules)
        {
            page.Append($"\n### `Modules:{name}`\n\n");
            Table(page, Rows("", type).Where(row => !shared.Contains(row)));
        }
        foreach (var (name, type) in KnownOptions.Schemes)
        {
            page.Append($"\n### A scheme of type `{name}`: `Auth:{{name}}`\n\n");
            Table(page, Rows("", type).Where(row => row.Key != "Type"));
        }
        return page.ToString();
    }

    static IEnumerable<(string Key, string Default, string Allowed, string Description)> Rows(string prefix, Type type)
    {
        foreach (var key in OptionKey.Of(type))
        {
            if (key.IsSection)
            {
                foreach (var row in Rows($"{prefix}{key.Name}:", key.Type))
                    yield return row;
            }
            else if (key.MapOf is { } below && below != typeof(string))
            {
                string name = $"{prefix}{key.Name}:{{name}}";
                yield return (name, "", "a section", key.Description);
                if (!key.IsOpen && below != typeof(TenantOptions))
                {
                    foreach (var row in Rows($"{name}:", below))
                        yield return row;
                }
            }
            else
            {
                yield return (prefix + key.Name, key.IsSecret && key.Default.Length == 0 ? "" : key.Default, key.Allowed, key.Description + (key.IsSecret ? " Never shown." : ""));
            }
        }
    }

    static void Table(StringBuilder page, IEnumerable<(string Key, string Default, string Allowed, string Description)> rows)
    {
        page.Append("| key | default | allowed | |\n|---|---|---|---|\n");
        foreach (var (key, byDefault, allowed, description) in rows)
            page.Append($"| `{key}` | {(byDefault.Length == 0 ? "" : $"`{byDefault}`")} | {Cell(allowed)} | {Cell(description)} |\n");
    }

    static string Cell(string text) => text.Replace("|", "\\|");
}
