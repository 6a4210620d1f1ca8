using System.Net.Sockets;

namespace Gateway.Core.Connections.Transports;

/// <summary>Tells a sender, once a send that had to wait is over, that the transport can take more.</summary>
static class WritableNotice
{
    // Never on the sender's stack, even if the send is over by now: the sender does not know yet that it must wait.
    public static async Task GiveAfterAsync(ValueTask sending, Action? writable)
    {
        try
        {
            await sending.AsTask().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The next send meets the same end and says so.
        }
        writable?.Invoke();
    }
}
