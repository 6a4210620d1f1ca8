namespace Gateway.Modules.Streams.Storage;

/// <summary>The tenant keeps as many bytes as it may.</summary>
sealed class NoRoomException : IOException;
