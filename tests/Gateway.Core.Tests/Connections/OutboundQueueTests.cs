using FsCheck.Xunit;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Tests.Connections;

public class OutboundQueueTests
{
    const int Steps = 6;

    [Property(MaxTest = 2_000, EndSize = 300)]
    public void It_does_what_a_plain_list_of_frames_does((byte Step, byte Size)[] program)
    {
        var queue = new OutboundQueue();
        var model = new Model();
        foreach (var (step, size) in program)
        {
            Run(queue, model, step % Steps, size);
            Assert.Equal(model.Frames.Count, queue.Count);
            Assert.Equal(model.Waiting.Length, queue.Bytes);
            Assert.Equal(model.Frames.Count == 0, queue.IsEmpty);
            Assert.Equal(model.Waiting, Peek(queue, 100_000));
        }
        queue.Clear();
        Assert.True(queue.Slots <= 8);
    }

    [Fact]
    public void It_keeps_no_large_array_when_a_burst_is_over()
    {
        var queue = new OutboundQueue();
        for (var i = 0; i < 10_000; i++)
            queue.Add(Numbered.Frame(i));
        Assert.True(queue.Slots >= 10_000);

        Assert.Equal(new FrameCount(10_000, queue.Bytes), queue.Take((int)queue.Bytes));

        Assert.Equal(0, queue.Slots);
    }

    [Fact]
    public void Clearing_drops_what_waits_behind_a_frame_that_is_partly_sent()
    {
        var queue = new OutboundQueue();
        queue.Add(Frame.Binary(new byte[100]));
        queue.Add(Frame.Binary(new byte[10]));
        queue.Take(90);

        Assert.Equal(new FrameCount(2, 102 + 12), queue.Clear());

        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Bytes);
    }

    [Fact]
    public void Control_frames_are_sent_and_not_counted()
    {
        var queue = new OutboundQueue();
        queue.Add(Frame.Control([1, 2, 3]));
        queue.Add(Frame.Binary([4]));

        Assert.Equal(6, queue.Bytes);
        Assert.Equal(new FrameCount(1, 3), queue.Take(6));
    }

    static void Run(OutboundQueue queue, Model model, int step, byte size)
    {
        switch (step)
        {
            case 0:
                var added = model.NewFrame(size);
                queue.Add(added);
                model.Frames.Add(added);
                break;
            case 1 when queue.IsEmpty:
                Frame[] frames = [.. Enumerable.Range(0, 1 + (size % 5)).Select(i => model.NewFrame(size + i))];
                var sent = size * 7 % (1 + frames.Sum(frame => frame.Length));
                var left = queue.AddRest(frames, sent);
                model.Frames.AddRange(frames);
                Assert.Equal(model.Take(sent), left);
                break;
            case 2:
                Assert.Equal(model.Waiting.Take(size), Peek(queue, size));
                break;
            case 3:
                var taken = (int)Math.Min(size * 3L, queue.Bytes);
                Assert.Equal(model.Take(taken), queue.Take(taken));
                break;
            case 4:
                Assert.Equal(model.DropOldest(size * 4, size % 3), queue.DropOldest(size * 4, size % 3));
                break;
            case 5 when size % 8 == 0:
                Assert.Equal(model.Clear(), queue.Clear());
                break;
        }
    }

    static byte[] Peek(OutboundQueue queue, int length)
    {
        var buffer = new byte[length];
        return buffer[..queue.CopyTo(buffer)];
    }

    /// <summary>The same said plainly: the frames, and how many bytes of the first have left.</summary>
    sealed class Model
    {
        byte _next;
        int _sentOfFirst;

        public List<Frame> Frames { get; } = [];

        public byte[] Waiting => [.. Frames.SelectMany(frame => frame.Bytes.ToArray()).Skip(_sentOfFirst)];

        /// <summary>Frames differ in their bytes, so that a mix-up shows.</summary>
        public Frame NewFrame(int size)
        {
            var payload = new byte[size];
            Array.Fill(payload, _next++);
            return Frame.Binary(payload);
        }

        public FrameCount Take(int bytes)
        {
            FrameCount left = default;
            _sentOfFirst += bytes;
            while (Frames.Count > 0 && _sentOfFirst >= Frames[0].Length)
            {
                _sentOfFirst -= Frames[0].Length;
                left += RemoveAt(0);
            }
            return left;
        }

        public FrameCount DropOldest(long bytes, int keep)
        {
            FrameCount dropped = default;
            var first = _sentOfFirst > 0 ? 1 : 0;
            while (Frames.Count - first > keep && Waiting.Length > bytes)
                dropped += RemoveAt(first);
            return dropped;
        }

        public FrameCount Clear()
        {
            var dropped = Frames.Aggregate(default(FrameCount), (sum, frame) => sum + frame.Count);
            Frames.Clear();
            _sentOfFirst = 0;
            return dropped;
        }

        FrameCount RemoveAt(int index)
        {
            var count = Frames[index].Count;
            Frames.RemoveAt(index);
            return count;
        }
    }
}
