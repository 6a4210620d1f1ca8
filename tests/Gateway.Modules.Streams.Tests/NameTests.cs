using System.Text.Json;
using FsCheck.Xunit;

namespace Gateway.Modules.Streams.Tests;

/// <summary>Ids and metadata: what a client may call its stream, and say about it.</summary>
public class NameTests(StreamsGateway gateway) : IClassFixture<StreamsGateway>
{
    public static TheoryData<string, string> OddIds => new()
    {
        { "a%2Fb", "a/b" },
        { "..%2F..%2Fesc", "../../esc" },
        { "%2Fetc%2Fpasswd", "/etc/passwd" },
        { "two%20words", "two words" },
        { "%C3%A9t%C3%A9", "%C3%A9t%C3%A9" },
        { "%F0%9F%98%80", "%F0%9F%98%80" },
        { "100%25", "100%" },
        { "...", "..." },
        { "C:%5Cx", "C:\\x" },
        { new string('x', 100), new string('x', 100) },
    };

    [Theory, MemberData(nameof(OddIds))]
    public async Task An_odd_id_is_an_id_like_any_other_and_names_no_file(string segment, string header)
    {
        var reply = await gateway.PostAsync($"/stream/{segment}", segment);
        Assert.Equal((201, header), (reply.Status, reply.Header("X-Stream-Id")));
        Assert.Equal(segment, (await gateway.GetAsync($"/stream/{segment}")).Text);
        Assert.Equal(409, (await gateway.PostAsync($"/stream/{segment}", "again")).Status);
        var files = Directory.EnumerateFiles(gateway.Gateway.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!);
        Assert.DoesNotContain(files, file => file.Contains("esc", StringComparison.Ordinal) || file.Contains("passwd", StringComparison.Ordinal));
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(gateway.Gateway.Folder, "data", "streams", "data")),
            file => Assert.Matches(@"^[0-9a-f]{32}\.(bytes|complete)$", Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("."), InlineData(".."), InlineData("%2e"), InlineData("%2E%2e"), InlineData(".%2E"), InlineData("%00"), InlineData("a%0Ab"), InlineData("%7F")]
    public async Task An_id_that_could_be_mistaken_is_refused(string segment)
    {
        foreach (string method in new[] { "POST", "GET", "DELETE" })
            Assert.Equal(400, (await gateway.RequestAsync(method, $"/stream/{segment}", method == "POST" ? "x" : null)).Status);
        Assert.Equal(400, (await gateway.HeadAsync($"/stream/{segment}")).Status);
    }

    public static TheoryData<string> NoIds => ["%", "%4", "%zz", "%ff", "%C3", "%ED%A0%80", "%C0%AF", new('x', 101), string.Concat(Enumerable.Repeat("%F0%9F%98%80", 51)), "a/", "a/b", "a//"];

    [Theory, MemberData(nameof(NoIds))]
    public async Task What_is_no_id_is_not_found(string segment)
    {
        foreach (string method in new[] { "POST", "GET" })
        {
            var reply = await gateway.RequestAsync(method, $"/stream/{segment}", method == "POST" ? "x" : null);
            Assert.Equal(404, reply.Status);
            using var body = JsonDocument.Parse(reply.Text);
            Assert.Equal("ResourceNotFound", body.RootElement.GetProperty("code").GetString());
            Assert.Equal($"/stream/{segment} does not exist", body.RootElement.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task An_id_that_does_not_exist_is_not_found()
    {
        var reply = await gateway.GetAsync("/stream/nope%20%C3%A9");
        Assert.Equal((404, """{"error":"The stream with ID nope é does not exist"}"""), (reply.Status, reply.Text));
        reply = await gateway.GetAsync("/stream/");
        Assert.Equal((404, """{"error":"The stream with ID  does not exist"}"""), (reply.Status, reply.Text));
    }

    [Theory]
    [InlineData("PUT", "/stream/x", "GET, HEAD, POST, PATCH, DELETE"), InlineData("OPTIONS", "/stream/x", "GET, HEAD, POST, PATCH, DELETE")]
    [InlineData("PUT", "/stream", "GET, POST"), InlineData("GET", "/stream/build/1", "DELETE")]
    public async Task Another_method_is_not_allowed(string method, string target, string allowed)
    {
        var reply = await gateway.RequestAsync(method, target);
        Assert.Equal((405, allowed), (reply.Status, reply.Header("Allow")));
        Assert.Equal($$"""{"code":"MethodNotAllowed","message":"{{method}} is not allowed"}""", reply.Text);
    }

    [Theory]
    [InlineData("""{ "a" : [1, 2.50, "x"] }""", """{"a":[1,2.50,"x"]}""")]
    [InlineData("null", "null"), InlineData("\"str\"", "\"str\""), InlineData("{}", "{}")]
    [InlineData("""{"snow":"\u2603"}""", """{"snow":"\u2603"}""")]
    [InlineData("""{"t":"<b>&'+"}""", """{"t":"<b>&'+"}""")]
    [InlineData("""{"nul":"\u0000\r\n"}""", """{"nul":"\u0000\r\n"}""")]
    public async Task Metadata_comes_back_compactly_in_ASCII(string sent, string got)
    {
        string target = await gateway.CompleteAsync("x", ("X-Stream-Metadata", sent));
        Assert.Equal(got, (await gateway.GetAsync(target)).Header("X-Stream-Metadata"));
        Assert.Equal(got, (await gateway.HeadAsync(target)).Header("X-Stream-Metadata"));
    }

    [Fact]
    public async Task Metadata_may_be_written_in_UTF_8()
    {
        await using var producer = await gateway.ProduceAsync(gateway.NewStream(), ("X-Stream-Metadata", "{\"é\":\"☃😀\"}"));
        string id = producer.Head.Header("X-Stream-Id")!;
        await producer.FinishAsync();
        Assert.Equal("""{"\u00E9":"\u2603\uD83D\uDE00"}""", (await gateway.GetAsync($"/stream/{id}")).Header("X-Stream-Metadata"));
    }

    [Theory, InlineData("not json"), InlineData("{"), InlineData("{} x"), InlineData("{'a':1}"), InlineData("\"\\ud800\""), InlineData("")]
    public async Task Metadata_that_is_not_JSON_is_refused_and_no_stream_begins(string metadata)
    {
        string target = gateway.NewStream();
        Assert.Equal(400, (await gateway.PostAsync(target, "x", ("X-Stream-Metadata", metadata))).Status);
        Assert.Equal(404, (await gateway.GetAsync(target)).Status);
    }

    [Fact]
    public async Task Metadata_that_is_too_large_is_refused()
    {
        string Text(int length) => $"\"{new string('x', length - 2)}\"";
        Assert.Equal(201, (await gateway.PostAsync(gateway.NewStream(), "x", ("X-Stream-Metadata", Text(16384)))).Status);
        Assert.Equal(400, (await gateway.PostAsync(gateway.NewStream(), "x", ("X-Stream-Metadata", Text(16385)))).Status);
    }

    [Property]
    public bool Every_id_survives_its_way_through_a_path(FsCheck.NonNull<string> text)
    {
        string id = text.Get.Length > 100 ? text.Get[..100] : text.Get;
        return id.Any(char.IsSurrogate) || StreamId.Parse(Uri.EscapeDataString(id)) == id;
    }

    [Property]
    public bool Every_id_fits_into_a_header(FsCheck.NonNull<string> text) =>
        text.Get.Any(char.IsSurrogate) || StreamId.ToHeader(text.Get).All(c => c is >= ' ' and <= '~');

    [Property]
    public bool Metadata_keeps_its_meaning(FsCheck.NonNull<string> text)
    {
        if (text.Get.Any(char.IsSurrogate))
            return true;
        string sent = JsonSerializer.Serialize(text.Get);
        return StreamMetadata.Parse(sent, int.MaxValue, out string? kept) == null
            && kept!.All(c => c is >= ' ' and <= '~') && JsonSerializer.Deserialize<string>(kept!) == text.Get;
    }
}
