using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Benchmarks.Streams;

/// <summary>
/// What no server can do without: bytes are received, written to a file, read from it again and sent. One thread of this
/// process, whose own CPU time is counted.
/// </summary>
static class BareCopy
{
    const int PieceBytes = 64 * 1024;

    internal static (double Seconds, double Cpu) Measure(long bytes, int runs)
    {
        var results = Enumerable.Range(0, runs).Select(_ => Once(bytes)).ToList();
        return (results.Min(result => result.Seconds), results.Min(result => result.Cpu));
    }

    static (double Seconds, double Cpu) Once(long bytes)
    {
        var (producer, incoming) = Pair();
        var (outgoing, consumer) = Pair();
        var copy = new Copy(incoming, outgoing, bytes);
        long start = Stopwatch.GetTimestamp();
        var threads = new[] { new Thread(() => Produce(producer, bytes)), new Thread(() => Consume(consumer, bytes)), new Thread(copy.Run) };
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        foreach (var socket in new[] { producer, incoming, outgoing, consumer })
            socket.Dispose();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, copy.Cpu);
    }

    static void Produce(Socket socket, long bytes)
    {
        byte[] piece = new byte[PieceBytes];
        for (long left = bytes; left > 0;)
            left -= socket.Send(piece.AsSpan(0, (int)Math.Min(left, PieceBytes)));
    }

    static void Consume(Socket socket, long bytes)
    {
        byte[] piece = new byte[256 * 1024];
        for (long left = bytes; left > 0;)
            left -= socket.Receive(piece);
    }

    static (Socket, Socket) Pair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    sealed class Copy(Socket from, Socket to, long bytes)
    {
        internal double Cpu { get; private set; }

        internal void Run()
        {
            string path = Path.GetTempFileName();
            double cpu = ThreadCpu();
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            {
                byte[] piece = new byte[PieceBytes];
                for (long at = 0; at < bytes;)
                {
                    int read = from.Receive(piece);
                    RandomAccess.Write(file, piece.AsSpan(0, read), at);
                    RandomAccess.Read(file, piece.AsSpan(0, read), at);
                    for (int sent = 0; sent < read;)
                        sent += to.Send(piece.AsSpan(sent, read - sent));
                    at += read;
                }
            }
            Cpu = ThreadCpu() - cpu;
            File.Delete(path);
        }

        // The kernel counts in ticks of 10 ms (proc(5), fields 14 and 15).
        static double ThreadCpu()
        {
            string stat = File.ReadAllText("/proc/thread-self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture)
                + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture)) / 100.0;
        }
    }
}
