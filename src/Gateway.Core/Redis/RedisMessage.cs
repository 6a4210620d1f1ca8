namespace Gateway.Core.Redis;

/// <summary>A message that came over Redis.</summary>
/// <param name="Payload">Its bytes; nobody changes them afterwards.</param>
/// <param name="Waiting">How many others, of any subscription of the same <see cref="RedisConnection"/>, waited behind it when it was picked up.</param>
/// <param name="Missed">How many of the same subscription before it were dropped, since more waited than are kept.</param>
public readonly record struct RedisMessage(ReadOnlyMemory<byte> Payload, int Waiting, int Missed = 0);
