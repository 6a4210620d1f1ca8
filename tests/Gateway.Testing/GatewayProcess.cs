using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Gateway.Testing;

/// <summary>
/// The built gateway as a process of its own, in a temporary folder of its own: what its users run.
/// Disposing kills it, with its children, and removes the folder.
/// </summary>
public sealed partial class GatewayProcess : IAsyncDisposable
{
    /// <summary>What Ctrl+C sends.</summary>
    public const int SigInt = 2;

    /// <summary>What has a program read its configuration again.</summary>
    public const int SigHup = 1;

    /// <summary>What a service manager sends to stop a service.</summary>
    public const int SigTerm = 15;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder _folder = new();
    readonly Process _process;
    readonly OutputLines _stdout;
    readonly OutputLines _stderr;

    GatewayProcess(string? configJson, IEnumerable<string>? args, IDictionary<string, string>? environment, string? program)
    {
        if (configJson is not null)
            _folder.Write("gateway.json", configJson);

        _process = Process.Start(GatewayCommand.Create(_folder.Path, args, environment, program))!;
        _stdout = new OutputLines(_process.StandardOutput, ReadyLine());
        _stderr = new OutputLines(_process.StandardError);
        // A program that reads its input must not wait for that of the test run.
        _process.StandardInput.Close();
    }

    /// <summary>The process's number.</summary>
    public int Pid => _process.Id;

    /// <summary>The working directory, where <c>gateway.json</c> lies.</summary>
    public string Folder => _folder.Path;

    /// <summary>The lines printed so far.</summary>
    public IReadOnlyList<string> Stdout => _stdout.Snapshot();

    /// <summary>The lines printed so far to standard error.</summary>
    public IReadOnlyList<string> Stderr => _stderr.Snapshot();

    /// <summary>Starts the gateway and returns once it accepts connections.</summary>
    /// <param name="configJson">Written to <c>gateway.json</c> in the working directory; without it there is none.</param>
    /// <param name="args">The command line.</param>
    /// <param name="environment">Variables beside the inherited ones, of which those that configure the gateway are left out.</param>
    /// <param name="program">An assembly to run by <c>dotnet</c>, or an executable; the built gateway unless given.</param>
    /// <exception cref="InvalidOperationException">It ended before it was ready; the text holds everything it printed.</exception>
    /// <exception cref="TimeoutException">It was not ready within a minute; the text holds everything it printed.</exception>
    public static async Task<GatewayProcess> StartAsync(
        string? configJson = null,
        IEnumerable<string>? args = null,
        IDictionary<string, string>? environment = null,
        string? program = null)
    {
        var gateway = new GatewayProcess(configJson, args, environment, program);
        try
        {
            await gateway.ReadyAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the gateway to its end, which is expected at once, as of <c>check-config</c>, <c>--help</c> or a refused start.</summary>
    /// <inheritdoc cref="StartAsync" path="/param"/>
    /// <returns>The exit code and the lines of each output, joined by line feeds.</returns>
    public static async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(
        string? configJson = null,
        IEnumerable<string>? args = null,
        IDictionary<string, string>? environment = null,
        string? program = null)
    {
        await using var gateway = new GatewayProcess(configJson, args, environment, program);
        var exitCode = await gateway.ExitAsync(StartLimit);
        return (exitCode, string.Join('\n', gateway.Stdout), string.Join('\n', gateway.Stderr));
    }

    /// <summary>An address that the start line of a module names, with the port that the system chose.</summary>
    public Uri Address(string module, int index = 0)
    {
        var line = Stdout.FirstOrDefault(line => line.StartsWith(module + ' ', StringComparison.Ordinal));
        var addresses = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..] ?? [];
        return index < addresses.Length
            ? new Uri(addresses[index])
            : throw new InvalidOperationException($"No start line names address {index} of {module}.\n{Printed()}");
    }

    /// <summary>Sends a Unix signal to the process.</summary>
    public void Signal(int signal)
    {
        // The number of a process that is gone may already be another's.
        if (_process.HasExited || Kill(Pid, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} did not reach process {Pid}.\n{Printed()}");
    }

    /// <summary>Waits for the process's end and for the rest of what it printed; returns the exit code.</summary>
    public Task<int> ExitAsync(TimeSpan limit) =>
        WithinAsync(limit, "the end of the process", async cancellation =>
        {
            await _process.WaitForExitAsync(cancellation);
            await Task.WhenAll(_stdout.Drained, _stderr.Drained).WaitAsync(cancellation);
            return _process.ExitCode;
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await ExitAsync(StartLimit);
        _process.Dispose();
        _folder.Dispose();
    }

    async Task ReadyAsync()
    {
        await WithinAsync(StartLimit, "the line \"Gateway ready in … ms\"", cancellation =>
            Task.WhenAny(_stdout.Seen, _process.WaitForExitAsync(cancellation)).WaitAsync(cancellation));
        if (_stdout.Seen.IsCompleted && await _stdout.Seen)
            return;

        var exitCode = await ExitAsync(StartLimit);
        throw new InvalidOperationException($"The program ended with exit code {exitCode} before it was ready.\n{Printed()}");
    }

    async Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> wait)
    {
        try
        {
            return await Deadline.WithinAsync(limit, what, wait);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{Printed()}", late);
        }
    }

    string Printed() =>
        $"--- standard output ---\n{string.Join('\n', Stdout)}\n--- standard error ---\n{string.Join('\n', Stderr)}";

    [GeneratedRegex(@"Gateway ready in \d+ ms")]
    private static partial Regex ReadyLine();

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Kill(int pid, int signal);
}
