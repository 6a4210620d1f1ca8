using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>A server that is a process of its own over a folder of its own, and listens on one port.</summary>
abstract class ProcessTarget : Target
{
    internal sealed override Server Start(Channel channel)
    {
        int port = Sockets.FreePort();
        var process = new ServerProcess();
        try
        {
            return new Server(new Dictionary<Channel, Dialect> { [channel] = Speak(channel, port) }, Run(process, port), process, process.Folder);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>How clients speak with it.</summary>
    protected abstract Dialect Speak(Channel channel, int port);

    /// <summary>Starts its process; returns when it listens.</summary>
    protected abstract ProcessUsage Run(ServerProcess process, int port);
}
