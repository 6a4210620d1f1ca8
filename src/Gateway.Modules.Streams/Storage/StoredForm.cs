using System.Text.Json.Serialization;

namespace Gateway.Modules.Streams.Storage;

/// <summary>How the bytes of one stream are kept. It is recorded for each, so that a change of the setting changes no stream that is there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoredForm>))]
enum StoredForm
{
    /// <summary>As they are.</summary>
    Plain,

    /// <summary>As a <see cref="GzipFile"/>.</summary>
    Gzip,

    /// <summary>As they are, since compressing was tried and saved next to nothing.</summary>
    Incompressible,
}
