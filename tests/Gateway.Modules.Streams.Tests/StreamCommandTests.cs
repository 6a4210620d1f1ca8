using System.Diagnostics;
using System.Text;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Streams.Tests;

/// <summary><c>Gateway.Host stream</c>, as users run it.</summary>
public class StreamCommandTests(StreamsGateway gateway) : IClassFixture<StreamsGateway>
{
    [Fact]
    public async Task The_input_is_seen_line_by_line_and_ends_complete()
    {
        string target = gateway.NewStream();
        using var command = new Command("stream", gateway.Address.ToString(), target["/stream/".Length..]);
        Assert.Equal("201 Created", await command.ReadLineAsync());
        await using var consumer = await gateway.ConsumeAsync(target);
        await command.WriteAsync("one\n");
        await consumer.HasReadAsync("one\n");
        await command.WriteAsync("two\n");
        await consumer.HasReadAsync("one\ntwo\n");
        Assert.Equal((0, ""), await command.FinishAsync());
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("{}", (await gateway.HeadAsync(target)).Header("X-Stream-Metadata"));
    }

    [Fact]
    public async Task An_id_may_be_anything_that_an_id_may_be()
    {
        using var command = new Command("stream", gateway.Address.ToString(), "a/b é");
        Assert.Equal((0, ""), await command.FinishAsync());
        Assert.Equal(200, (await gateway.GetAsync("/stream/a%2Fb%20%C3%A9")).Status);
    }

    [Fact]
    public async Task A_taken_id_ends_it_with_2_and_a_line_unless_it_is_forced()
    {
        string target = await gateway.CompleteAsync("first");
        string id = target["/stream/".Length..];
        using (var refused = new Command("stream", gateway.Address.ToString(), id))
        {
            var (exit, error) = await refused.FinishAsync();
            Assert.Equal((2, $"409 Conflict: The stream with ID {id} already exists. Specify force=true query param to override."), (exit, error));
        }
        using var forced = new Command("stream", gateway.Address.ToString(), id, "--force");
        await forced.WriteAsync("second");
        Assert.Equal((0, ""), await forced.FinishAsync());
        Assert.Equal("second", (await gateway.GetAsync(target)).Text);
    }

    [Theory, InlineData("http://127.0.0.1:1"), InlineData("no url"), InlineData("ftp://127.0.0.1")]
    public async Task Where_no_gateway_is_it_ends_with_2_and_a_line(string url)
    {
        using var command = new Command("stream", url, "id");
        var (exit, error) = await command.FinishAsync();
        Assert.Equal(2, exit);
        Assert.Single(error.Split('\n'));
        Assert.NotEmpty(error);
    }

    [Theory, InlineData("stream"), InlineData("stream", "http://127.0.0.1:1"), InlineData("stream", "http://127.0.0.1:1", "a", "b"), InlineData("stream", "http://127.0.0.1:1", "a", "--what"), InlineData("stream", "http://127.0.0.1:1", "a", "--token")]
    public async Task Bad_arguments_end_it_with_1(params string[] arguments)
    {
        using var command = new Command(arguments);
        var (exit, error) = await command.FinishAsync();
        Assert.Equal(1, exit);
        Assert.Contains("Usage:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_presents_its_token()
    {
        await using var secured = await GatewayFixture.StartAsync("""
            { "Urls": "http://127.0.0.1:0", "Auth": { "t": { "Type": "StaticTokens", "Tokens": ["a-token-that-is-long-enough"] } }, "Modules": { "Streams": { "Auth": "t" } } }
            """);
        using (var refused = new Command("stream", secured.Address("Streams").ToString(), "a"))
            Assert.Equal(2, (await refused.FinishAsync()).Exit);
        using var command = new Command("stream", secured.Address("Streams").ToString(), "a", "--token", "a-token-that-is-long-enough");
        Assert.Equal((0, ""), await command.FinishAsync());
    }

    [Fact]
    public async Task It_speaks_https_to_a_gateway_whose_certificate_it_trusts()
    {
        await using var secured = await GatewayFixture.StartAsync("""
            { "Urls": "https://127.0.0.1:0", "Tls": { "Certificate": "cert.pem", "Key": "key.pem" }, "Modules": { "Streams": {} } }
            """);
        string address = secured.Address("Streams").ToString();
        using (var distrusting = new Command("stream", address, "a"))
        {
            var (exit, error) = await distrusting.FinishAsync();
            Assert.Equal(2, exit);
            Assert.Single(error.Split('\n'));
        }
        using var command = new Command([("SSL_CERT_FILE", Path.Combine(secured.Folder, "cert.pem"))], "stream", address, "a");
        await command.WriteAsync("by TLS");
        Assert.Equal((0, ""), await command.FinishAsync());
        Assert.Equal("by TLS".Length, secured.Services.GetRequiredService<Storage.StreamStore>().Find("a")!.Length);
    }

    [Fact]
    public async Task On_a_terminal_it_says_how_much_is_stored()
    {
        string target = gateway.NewStream();
        string program = $"'{Repository.Dotnet}' '{Repository.GatewayProgram}' stream {gateway.Address} {target["/stream/".Length..]}";
        // A terminal for standard error alone: what is piped in is no typing.
        using var terminal = Process.Start(new ProcessStartInfo("script", ["-qec", $"printf 12345 | {program} > /dev/null", "/dev/null"])
        {
            RedirectStandardOutput = true,
        })!;
        string shown = await terminal.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(90));
        await terminal.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        Assert.Equal(0, terminal.ExitCode);
        Assert.EndsWith("\r\e[K5 B stored", shown.TrimEnd('\r', '\n'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_where_the_gateway_stands_after_a_crash_and_a_restart()
    {
        using var data = new TemporaryFolder();
        await using var first = await StreamsGateway.StartProcessAsync(data);
        var address = first.Address("Streams");
        using var command = new Command("stream", address.ToString(), "a");
        Assert.Equal("201 Created", await command.ReadLineAsync());
        var sent = new StringBuilder();
        await SendAsync(1);
        await using (var consumer = await LiveConsumer.BeginAsync(address, "/stream/a"))
            await consumer.HasReadAsync(sent.ToString());
        first.Signal(9);
        await first.ExitAsync(TimeSpan.FromSeconds(30));
        // More than fits into a pipe: it is taken once the gateway is back.
        var sending = SendAsync(20_000);
        await using var second = await StreamsGateway.StartProcessAsync(data, address.Port);
        await sending;
        await SendAsync(10);
        Assert.Equal((0, ""), await command.FinishAsync());
        await using var client = await WireClient.ConnectAsync(address);
        var got = await client.RequestAsync("GET", "/stream/a");
        Assert.Equal("complete", got.Header("X-Stream-State"));
        Assert.True(sent.ToString() == got.Text, $"{got.Text.Length} bytes instead of {sent.Length}");

        async Task SendAsync(int lines)
        {
            string text = StreamsGateway.Lines(lines);
            sent.Append(text);
            await command.WriteAsync(text);
        }
    }

    [Fact]
    public async Task It_does_not_write_into_a_stream_that_took_the_place_of_its_own()
    {
        string target = gateway.NewStream();
        using var command = new Command("stream", gateway.Address.ToString(), target["/stream/".Length..]);
        Assert.Equal("201 Created", await command.ReadLineAsync());
        await using var successor = await gateway.ProduceAsync(target + "?force=true");
        var (exit, error) = await command.FinishAsync();
        Assert.Equal((2, "the stream cannot be resumed: somebody else writes it"), (exit, error));
        await successor.SendAsync("mine");
        await successor.FinishAsync();
        Assert.Equal("mine", (await gateway.GetAsync(target)).Text);
    }

    /// <summary>The program with its input and outputs in the test's hands.</summary>
    sealed class Command : IDisposable
    {
        readonly Process _process;

        public Command(params string[] arguments) : this([], arguments)
        {
        }

        public Command((string Name, string Value)[] environment, params string[] arguments)
        {
            var start = new ProcessStartInfo(Repository.Dotnet, [Repository.GatewayProgram, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(false),
            };
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
            _process = Process.Start(start)!;
        }

        public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));

        public async Task WriteAsync(string text)
        {
            // A pipe that nobody reads would hold the write for ever.
            await _process.StandardInput.WriteAsync(text).WaitAsync(TimeSpan.FromSeconds(90));
            await _process.StandardInput.FlushAsync().WaitAsync(TimeSpan.FromSeconds(90));
        }

        /// <summary>Ends the input, and waits for the end of the program.</summary>
        public async Task<(int Exit, string Error)> FinishAsync()
        {
            _process.StandardInput.Close();
            string error = await _process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(90));
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
            return (_process.ExitCode, error.TrimEnd('\n'));
        }

        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
