namespace Gateway.Core.Diagnostics;

/// <summary>A number of messages and the bytes that they take on the wire.</summary>
readonly record struct FrameCount(long Frames, long Bytes)
{
    public static FrameCount operator +(FrameCount a, FrameCount b) => new(a.Frames + b.Frames, a.Bytes + b.Bytes);

    public static FrameCount operator *(FrameCount count, int times) => new(count.Frames * times, count.Bytes * times);
}
