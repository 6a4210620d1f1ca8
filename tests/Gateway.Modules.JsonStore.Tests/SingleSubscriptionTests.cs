using System.Globalization;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class SingleSubscriptionTests(StoreGateway store) : IClassFixture<StoreGateway>
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("null", "null")]
    [InlineData(null, "null")]
    public async Task The_first_message_is_the_value_itself(string? value, string expected)
    {
        string path = store.NewPath();
        if (value != null)
            await store.PutAsync(path, value);

        await using var client = await store.OpenAsync(path);

        Assert.Equal(expected, await client.ReadTextAsync());
    }

    [Fact]
    public async Task Changes_at_above_and_below_a_path_are_pushed_and_those_beside_it_are_not()
    {
        string root = store.NewPath();
        await store.PutAsync(root, """{"a":{"b":1},"c":2}""");
        await using var client = await store.OpenAsync($"{root}/a");
        Assert.Equal("""{"b":1}""", await client.ReadTextAsync());

        await store.PutAsync($"{root}/a", "5");
        Assert.Equal("5", await client.ReadTextAsync());
        await store.PutAsync($"{root}/a/b/c", "6");
        Assert.Equal("""{"b":{"c":6}}""", await client.ReadTextAsync());
        await store.PutAsync($"{root}/c", "7");
        await store.PutAsync($"{root}/ab", "7");
        await client.IsSilentAsync();
        await store.PutAsync(root, """{"a":8}""");
        Assert.Equal("8", await client.ReadTextAsync());
        await store.RequestAsync("DELETE", root);
        Assert.Equal("null", await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_value_that_did_not_change_is_not_pushed_again()
    {
        string root = store.NewPath();
        await store.PutAsync(root, """{"a":{"x":1},"b":1}""");
        await using var client = await store.OpenAsync($"{root}/a");
        await client.ReadTextAsync();

        await store.PutAsync($"{root}/a", """{ "x" : 1 }""");
        await store.PutAsync(root, """{"a":{"x":1},"b":2}""");
        await store.RequestAsync("DELETE", $"{root}/a/absent");
        await client.IsSilentAsync();

        await store.PutAsync($"{root}/a/x", "2");
        Assert.Equal("""{"x":2}""", await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_patch_is_pushed_once_as_a_whole()
    {
        string root = store.NewPath();
        await store.PutAsync(root, """{"a":1,"b":1,"c":1}""");
        await using var whole = await store.OpenAsync(root);
        await using var part = await store.OpenAsync($"{root}/c");
        await whole.ReadTextAsync();
        await part.ReadTextAsync();

        await store.RequestAsync(
            "PATCH", root, """[{"op":"replace","path":"/a","value":2},{"op":"replace","path":"/b","value":2}]""", ("Content-Type", "application/json-patch+json"));

        Assert.Equal("""{"a":2,"b":2,"c":1}""", await whole.ReadTextAsync());
        await whole.IsSilentAsync();
        await part.IsSilentAsync();
    }

    [Fact]
    public async Task Ten_clients_on_a_path_all_get_its_value()
    {
        string path = $"{store.NewPath()}/so/cool";
        var clients = new List<WireClient>();
        for (int i = 0; i < 10; i++)
        {
            clients.Add(await store.OpenAsync(path));
            Assert.Equal("null", await clients[i].ReadTextAsync());
        }

        await store.PutAsync(path, """{"status":"freezing"}""");

        foreach (var client in clients)
        {
            Assert.Equal("""{"status":"freezing"}""", await client.ReadTextAsync());
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_a_client_sends_is_ignored()
    {
        string path = store.NewPath();
        await using var client = await store.OpenAsync(path);
        await client.ReadTextAsync();

        await client.SendTextAsync("Hello");
        await client.SendBinaryAsync(new byte[1000]);
        await client.IsSilentAsync();
        await store.PutAsync(path, "1");
        Assert.Equal("1", await client.ReadTextAsync());
    }

    [Fact]
    public async Task A_slow_reader_gets_the_latest_value_and_not_all_of_them()
    {
        const int Values = 400;
        string path = store.NewPath();
        await using var slow = await store.OpenAsync(path, receiveBufferSize: 4096);
        await using var quick = await store.OpenAsync(path);
        await using var writer = await store.ConnectAsync();
        await quick.ReadTextAsync();

        for (int i = 1; i <= Values; i++)
            await writer.RequestAsync("PUT", path, Value(i));
        await quick.ReadUntilAsync(Value(Values));

        int received = 0;
        string last = "";
        while (last != Value(Values))
        {
            string value = await slow.ReadTextAsync();
            Assert.True(received == 0 || string.CompareOrdinal(last, value) < 0 || last == "null", "older after newer");
            last = value;
            received++;
        }
        Assert.True(received < Values / 2, $"{received} of {Values} were sent to a client that read none");
        Assert.True((await store.Gateway.MetricsAsync()).Sum("gateway_jsonstore_pushes_conflated_total") > 0);

        static string Value(int i) => $"\"{i.ToString("0000", CultureInfo.InvariantCulture)}{new string('x', 50_000)}\"";
    }

    [Fact]
    public async Task A_value_larger_than_the_queue_reaches_even_a_slow_reader()
    {
        await using var small = await StoreGateway.StartAsync("\"QueueBytes\": 10000");
        await using var client = await small.OpenAsync("/a", receiveBufferSize: 4096);
        for (int i = 0; i < 20; i++)
            await small.PutAsync("/a", $"\"{i:00}{new string('x', 300_000)}\"");

        await client.ReadUntilAsync($"\"19{new string('x', 300_000)}\"");
    }

    [Fact]
    public async Task Subscribing_needs_to_be_allowed_to_read()
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\"");
        await using var client = await secured.ConnectAsync();
        string read = Tokens.For("\"read\"", "\"/a/*\"");

        Assert.Equal(401, (await client.UpgradeAsync("/a/b")).Status);
        Assert.Equal(403, (await client.UpgradeAsync($"/b?access_token={read}")).Status);
        Assert.Equal(403, (await client.UpgradeAsync("/a/b", ("Authorization", $"Bearer {Tokens.For("\"write\"", "\"/a/*\"")}"))).Status);
        Assert.Equal(101, (await client.UpgradeAsync($"/a/b?access_token={read}")).Status);
        Assert.Equal("null", await client.ReadTextAsync());
    }

    [Theory]
    [InlineData("/?method=other")]
    [InlineData("/a?method")]
    [InlineData("/a?method=&method=reusable")]
    [InlineData("/a?method=Reusable")]
    public async Task Another_method_is_refused(string target)
    {
        await using var client = await store.ConnectAsync();

        var reply = await client.UpgradeAsync(target);

        Assert.Equal(400, reply.Status);
        Assert.Equal("Invalid 'method' query parameter value, expecting 'reusable'", reply.Text);
        Assert.Equal("Unrecognised query parameter value", reply.Reason);
        Assert.StartsWith("text/plain", reply.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscriptions_leave_nothing_behind()
    {
        await using var fresh = await StoreGateway.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await using var client = await fresh.OpenAsync($"/a/{i}/b");
            await client.ReadTextAsync();
            await client.SendCloseAsync();
        }

        await Eventually.BecomesTrueAsync(
            async () => (await fresh.Gateway.MetricsAsync()).Sum("gateway_jsonstore_subscriptions") == 0, "all subscriptions to be gone");
    }
}
