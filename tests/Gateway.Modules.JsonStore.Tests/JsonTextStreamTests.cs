using System.IO.Pipelines;
using System.Text;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Tests;

public class JsonTextStreamTests
{
    [Theory]
    [InlineData("items")]
    [InlineData("members")]
    [InlineData("names")]
    [InlineData("string")]
    public async Task Of_a_large_value_only_a_piece_waits_for_a_reader_that_does_not_read(string kind)
    {
        string text = kind switch
        {
            "items" => $"[{string.Join(',', Enumerable.Range(0, 300_000))}]",
            "members" => $"{{{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i:000000}\":\"value\""))}}}",
            "names" => $"{{{string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"{i:000}{new string('n', 4_000)}\":1"))}}}",
            _ => $"\"{new string('x', 2_000_000)}\"",
        };
        var value = JsonParser.Parse(Encoding.UTF8.GetBytes(text), JsonLimits.None);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));

        var writing = WriteAsync();
        var first = await pipe.Reader.ReadAsync();

        Assert.False(writing.IsCompleted);
        Assert.InRange(first.Buffer.Length, 1, 300_000);
        pipe.Reader.AdvanceTo(first.Buffer.Start);
        Assert.True(text == await ReadAsync(pipe.Reader).WaitAsync(TimeSpan.FromMinutes(1)), "another text");
        await writing;

        async Task WriteAsync()
        {
            await JsonTextStream.WriteAsync(value, pipe.Writer, CancellationToken.None);
            await pipe.Writer.CompleteAsync();
        }
    }

    static async Task<string> ReadAsync(PipeReader reader)
    {
        using var stream = new StreamReader(reader.AsStream());
        return await stream.ReadToEndAsync();
    }
}
