namespace Gateway.Core.Storage;

/// <summary>Takes in one record while a log is opened.</summary>
/// <param name="position">Its position.</param>
/// <param name="record">What was appended; valid during the call.</param>
public delegate void RecordReader(long position, ReadOnlySpan<byte> record);
