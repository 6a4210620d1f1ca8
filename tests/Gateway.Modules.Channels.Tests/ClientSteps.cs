using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>What tests have clients do again and again.</summary>
static class ClientSteps
{
    /// <summary>Sends an empty message and waits for its answer, which must be next: the gateway serves this client.</summary>
    public static async Task SyncAsync(this WireClient client)
    {
        await client.SendTextAsync("");
        Assert.Equal("", await client.ReadTextAsync());
    }

    /// <summary>The next message, which must be text in one frame.</summary>
    public static async Task<string> ReadTextAsync(this WireClient client)
    {
        var frame = await client.ReadMessageAsync();
        Assert.True(frame.Opcode == WireOpcode.Text, frame.ToString());
        return frame.Text;
    }

    /// <summary>The next messages, all text.</summary>
    public static async Task<string[]> ReadTextsAsync(this WireClient client, int count)
    {
        var texts = new string[count];
        for (int i = 0; i < count; i++)
            texts[i] = await client.ReadTextAsync();
        return texts;
    }

    /// <summary>Reads on to the gateway's Close, and answers it.</summary>
    public static async Task<WireFrame> ReadCloseAsync(this WireClient client)
    {
        WireFrame frame;
        do
            frame = await client.ReadMessageAsync();
        while (frame.Opcode is WireOpcode.Text or WireOpcode.Binary);
        Assert.True(frame.Opcode == WireOpcode.Close, frame.ToString());
        try
        {
            await client.SendCloseAsync(frame.CloseCode);
        }
        catch (IOException)
        {
            // The client said goodbye first, or the gateway has waited long enough for the answer.
        }
        return frame;
    }
}
