using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections.WebSockets;

public class WebSocketMaskTests
{
    [Property(MaxTest = 500)]
    public void Every_byte_is_unmasked_with_its_byte_of_the_key(int seed)
    {
        var random = new Random(seed);
        var masked = new byte[random.Next(300)];
        random.NextBytes(masked);
        var key = new byte[4];
        random.NextBytes(key);
        byte[] expected = [.. masked.Select((value, index) => (byte)(value ^ key[index % 4]))];

        var rest = masked.AsSpan();
        var rotated = MemoryMarshal.Read<uint>(key);
        while (!rest.IsEmpty)
        {
            var taken = random.Next(rest.Length + 1);
            rotated = WebSocketMask.Remove(rest[..taken], rotated);
            rest = rest[taken..];
        }

        Assert.Equal(expected, masked);
    }
}
