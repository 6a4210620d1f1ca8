using System.Text;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public sealed class PluginTests : IDisposable
{
    const string WithEcho = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {}, "Echo": {} } }""";

    readonly TemporaryFolder _folder = new();

    public PluginTests() => CopyFolder(Path.GetDirectoryName(Repository.GatewayProgram)!, _folder.Path);

    string Program => Path.Combine(_folder.Path, "Gateway.Host.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_plug_in_is_a_module_like_any_other()
    {
        InstallEcho("Echo");
        await using var gateway = await GatewayProcess.StartAsync(WithEcho, program: Program);
        var address = gateway.Address("Echo");
        Assert.Equal("/echo", address.AbsolutePath);

        await using var client = await Run.OpenAsync(address, "/echo");
        await client.SendTextAsync("hello");
        Assert.Equal("hello", (await client.ReadMessageAsync()).Text);

        var index = JsonDocument.Parse((await Run.GetAsync(address, "/")).Body).RootElement;
        Assert.Equal(address.OriginalString, index.GetProperty("modules").GetProperty("Echo")[0].GetString());
        Assert.Equal("ok", await HealthOfAsync(address, "Echo"));
        var metrics = await Run.MetricsAsync(address);
        Assert.Equal(1, metrics.Sum("gateway_connections", ("module", "Echo")));
        Assert.Equal(0, metrics.Sum("gateway_connections", ("module", "Channels")));
    }

    [Fact]
    public async Task A_plug_ins_options_are_strict()
    {
        InstallEcho("Echo");

        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Echo": { "QueueByte": 1, "Enabled": "maybe" }, "Nobody": {} } }""", program: Program);

        Assert.Equal(1, exitCode);
        string[] lines = stderr.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("Modules:Echo:Enabled: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Modules:Echo:QueueByte: unknown key, did you mean QueueBytes?", lines[1], StringComparison.Ordinal);
        Assert.Equal("Modules:Nobody: no such module; allowed: Channels, Echo, Events, JsonStore, Router, Streams", lines[2]);
    }

    [Fact]
    public async Task A_plug_in_that_is_not_in_the_configuration_stays_off()
    {
        InstallEcho("Echo");
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels, program: Program);

        Assert.DoesNotContain(gateway.Stdout, line => line.StartsWith("Echo", StringComparison.Ordinal));
        Assert.Equal(404, (await Run.GetAsync(gateway.Address("Channels"), "/echo")).Status);
    }

    [Fact]
    public async Task A_copy_of_the_core_in_the_folder_does_no_harm()
    {
        string plugin = InstallEcho("Echo");
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*.dll").Where(IsCoresOwn))
            File.Copy(file, Path.Combine(plugin, Path.GetFileName(file)));
        await using var gateway = await GatewayProcess.StartAsync(WithEcho, program: Program);

        await using var client = await Run.OpenAsync(gateway.Address("Echo"), "/echo");
        await client.SendTextAsync("hello");

        Assert.Equal("hello", (await client.ReadMessageAsync()).Text);
    }

    [Fact]
    public async Task A_file_that_is_no_assembly_stops_the_start()
    {
        string file = Path.Combine(Directory.CreateDirectory(PluginFolder("Broken")).FullName, "X.dll");
        await File.WriteAllTextAsync(file, "garbage");

        await AssertRefusedAsync(file, "not a .NET assembly, or a damaged one");
    }

    [Fact]
    public async Task A_truncated_assembly_stops_the_start()
    {
        string file = Path.Combine(InstallEcho("Broken"), "Echo.dll");
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..1500]);

        await AssertRefusedAsync(file, "not a .NET assembly, or a damaged one");
    }

    [Fact]
    public async Task An_empty_folder_stops_the_start()
    {
        Directory.CreateDirectory(PluginFolder("Empty"));

        await AssertRefusedAsync(PluginFolder("Empty"), "no module in it");
    }

    [Fact]
    public async Task An_assembly_without_a_module_stops_the_start()
    {
        string assembly = typeof(FactAttribute).Assembly.Location;
        Directory.CreateDirectory(PluginFolder("Other"));
        File.Copy(assembly, Path.Combine(PluginFolder("Other"), Path.GetFileName(assembly)));

        await AssertRefusedAsync(PluginFolder("Other"), "no module in it");
    }

    [Fact]
    public async Task Two_plug_ins_of_one_name_stop_the_start()
    {
        string first = Path.Combine(InstallEcho("A"), "Echo.dll");
        string second = Path.Combine(InstallEcho("B"), "Echo.dll");

        await AssertRefusedAsync(second, $"a second module named Echo; the first is in {first}");
    }

    [Fact]
    public async Task Two_plug_ins_whose_assemblies_have_one_name_do_not_see_each_other()
    {
        InstallEcho("Echo");
        string other = Path.Combine(InstallEcho("Other"), "Echo.dll");
        // The module's name is the assembly's only literal of these characters: the same types, another module.
        byte[] bytes = await File.ReadAllBytesAsync(other);
        int index = bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("Echo"));
        Encoding.Unicode.GetBytes("Ohce").CopyTo(bytes, index);
        await File.WriteAllBytesAsync(other, bytes);

        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Echo": {}, "Ohce": {} } }""", program: Program);

        foreach (string module in new[] { "Echo", "Ohce" })
        {
            await using var client = await Run.OpenAsync(gateway.Address(module), gateway.Address(module).AbsolutePath);
            await client.SendTextAsync(module);
            Assert.Equal(module, (await client.ReadMessageAsync()).Text);
            Assert.Equal(1, (await Run.MetricsAsync(gateway.Address(module))).Sum("gateway_connections", ("module", module)));
        }
    }

    [Fact]
    public async Task Two_modules_at_one_path_stop_the_start()
    {
        InstallEcho("Echo");

        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Path": "/a" }, "Echo": { "Path": "/a/b" } } }""", program: Program);

        Assert.Equal(1, exitCode);
        string line = Assert.Single(stderr.Split('\n'));
        Assert.StartsWith("Modules:Echo:Path: ", line, StringComparison.Ordinal);
        Assert.Contains("/a/b", line, StringComparison.Ordinal);
        Assert.Contains("of Channels", line, StringComparison.Ordinal);
    }

    // Whether it is enabled or not: what lies there was meant to run.
    async Task AssertRefusedAsync(string where, string why)
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(Run.Channels, program: Program);

        Assert.Equal((1, ""), (exitCode, stdout));
        Assert.Contains($"{where}: {why}", Assert.Single(stderr.Split('\n')), StringComparison.Ordinal);
    }

    static async Task<string?> HealthOfAsync(Uri address, string module) =>
        JsonDocument.Parse((await Run.GetAsync(address, "/health/ready")).Body).RootElement
            .GetProperty("entries").GetProperty(module).GetProperty("status").GetString();

    static bool IsCoresOwn(string file) =>
        Path.GetFileName(file) is var name && (name == "Gateway.Core.dll" || name.StartsWith("OpenTelemetry", StringComparison.Ordinal));

    string PluginFolder(string name) => Path.Combine(_folder.Path, "plugins", name);

    string InstallEcho(string name)
    {
        string built = Path.Combine(Repository.Root, "samples", "Echo", "bin", Repository.BuildConfiguration, "net10.0");
        CopyFolder(built, PluginFolder(name));
        return PluginFolder(name);
    }

    static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
