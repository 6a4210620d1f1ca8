using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>What tests have clients do again and again.</summary>
static class ClientSteps
{
    /// <summary>The next message, which must be text.</summary>
    public static async Task<string> ReadTextAsync(this WireClient client)
    {
        var frame = await client.ReadMessageAsync();
        Assert.True(frame.Opcode == WireOpcode.Text, frame.ToString());
        return frame.Text;
    }

    /// <summary>Reads on until a message, which must come.</summary>
    public static async Task ReadUntilAsync(this WireClient client, string expected)
    {
        while (await client.ReadTextAsync() != expected)
        {
        }
    }

    /// <summary>Checks that nothing has been pushed: the answer to a ping comes first.</summary>
    public static async Task IsSilentAsync(this WireClient client)
    {
        await client.SendFrameAsync(WireOpcode.Ping, "silence"u8.ToArray());
        var frame = await client.ReadFrameAsync();
        Assert.True(frame.Opcode == WireOpcode.Pong, frame.ToString());
    }
}
