namespace Gateway.Modules.Streams;

/// <summary>The headers that tell about a stream, beside <see cref="StreamMetadata.Header"/>.</summary>
static class StreamHeaders
{
    /// <summary>The id, as <see cref="StreamId.ToHeader"/> writes it.</summary>
    public const string Id = "X-Stream-Id";

    /// <summary>
    /// Tells a stream from others that had or will have its id. A PATCH that carries it is refused where the stream is
    /// another by now.
    /// </summary>
    public const string Instance = "X-Stream-Instance";

    /// <summary><c>true</c> on the answer to a POST that replaced a stream.</summary>
    public const string Replaced = "X-Stream-Replaced";

    /// <summary><c>active</c>, <c>complete</c>, <c>aborted</c> or <c>expired</c>.</summary>
    public const string State = "X-Stream-State";

    /// <summary>How many bytes are stored: where a producer goes on (IETF draft, resumable uploads for HTTP).</summary>
    public const string UploadOffset = "Upload-Offset";

    /// <summary><c>?0</c> on a request: its body is not the end of the stream (the same draft).</summary>
    public const string UploadComplete = "Upload-Complete";

    /// <summary>How a state is written.</summary>
    public static string Write(StreamState state) => state switch
    {
        StreamState.Active => "active",
        StreamState.Complete => "complete",
        StreamState.Expired => "expired",
        _ => "aborted",
    };
}
