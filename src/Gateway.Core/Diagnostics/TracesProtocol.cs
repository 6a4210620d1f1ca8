namespace Gateway.Core.Diagnostics;

/// <summary>How spans are sent by OTLP.</summary>
public enum TracesProtocol
{
    /// <summary>POSTs of Protocol Buffers, by HTTP/1.1; receivers usually listen for it on port 4318.</summary>
    HttpProtobuf,

    /// <summary>gRPC, by HTTP/2; usually on port 4317.</summary>
    Grpc,
}
