using Gateway.Testing;

namespace Gateway.Core.Tests.Testing;

public class GatewayProcessTests
{
    const string Ready = "echo 'Gateway ready in 12 ms'";

    [Fact]
    public async Task A_program_that_ends_before_it_is_ready_is_a_fault_with_all_it_printed()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(program: "missing.dll"));

        Assert.Matches("ended with exit code [1-9].* before it was ready", fault.Message);
        Assert.Contains("missing.dll", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_to_the_end_returns_the_exit_code_and_both_outputs()
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(program: "missing.dll");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("missing.dll", stdout + stderr, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_start_lines_give_the_addresses()
    {
        await using var gateway = await ShellAsync(
            $"echo 'Channels http://127.0.0.1:43121/channels http://127.0.0.1:43122/'; {Ready}; sleep 600");

        Assert.Equal(new Uri("http://127.0.0.1:43121/channels"), gateway.Address("Channels"));
        Assert.Equal(new Uri("http://127.0.0.1:43122/"), gateway.Address("Channels", 1));
        Assert.Contains("Channels http", Assert.Throws<InvalidOperationException>(() => gateway.Address("Chan")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => gateway.Address("Channels", 2));
    }

    [SkippableFact]
    public async Task The_configuration_lies_in_the_working_directory()
    {
        await using var gateway = await ShellAsync($"cat gateway.json >&2; {Ready}; sleep 600", "{ }\n");

        await Eventually.BecomesTrueAsync(() => gateway.Stderr.SequenceEqual(["{ }"]), "the configuration to be printed");
        Assert.True(File.Exists(Path.Combine(gateway.Folder, "gateway.json")));
    }

    [SkippableFact]
    public async Task Only_the_tests_own_variables_configure_the_gateway()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_TESTING_INHERITED", "1");
        await using var gateway = await ShellAsync(
            $"env; {Ready}; sleep 600", environment: new Dictionary<string, string> { ["GATEWAY_Urls"] = "http://127.0.0.1:0" });

        Assert.Contains("GATEWAY_Urls=http://127.0.0.1:0", gateway.Stdout);
        Assert.DoesNotContain(gateway.Stdout, line => line.StartsWith("ASPNETCORE_", StringComparison.Ordinal));
        Assert.Contains(gateway.Stdout, line => line.StartsWith("PATH=", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_signal_reaches_the_process_and_its_exit_is_awaited_with_its_last_words()
    {
        await using var gateway = await ShellAsync(
            $"trap 'echo draining; exit 7' TERM; {Ready}; while :; do sleep 0.05; done");

        gateway.Signal(GatewayProcess.SigTerm);

        Assert.Equal(7, await gateway.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("draining", gateway.Stdout[^1]);
        Assert.Throws<InvalidOperationException>(() => gateway.Signal(GatewayProcess.SigTerm));
    }

    [SkippableFact]
    public async Task An_exit_that_does_not_come_is_a_fault_with_all_that_was_printed()
    {
        await using var gateway = await ShellAsync($"{Ready}; exec sleep 600");

        var fault = await Assert.ThrowsAsync<TimeoutException>(() => gateway.ExitAsync(TimeSpan.FromMilliseconds(50)));

        Assert.Contains("Gateway ready in 12 ms", fault.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Disposing_kills_the_children_too_and_removes_the_folder()
    {
        var gateway = await ShellAsync($"sleep 600 & {Ready}; wait");

        // The child holds the output open, for whose end disposing waits.
        await gateway.DisposeAsync();

        Assert.False(Directory.Exists(gateway.Folder));
    }

    static Task<GatewayProcess> ShellAsync(string script, string? configJson = null, Dictionary<string, string>? environment = null)
    {
        Skip.If(OperatingSystem.IsWindows(), "The stand-in for the gateway is a shell script.");
        return GatewayProcess.StartAsync(configJson, ["-c", script], environment, program: "/bin/sh");
    }
}
