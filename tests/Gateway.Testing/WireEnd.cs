namespace Gateway.Testing;

/// <summary>How the other side ended a connection.</summary>
public enum WireEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>It closed its side (FIN) between two frames.</summary>
    EndOfStream,

    /// <summary>It closed its side (FIN) within a frame.</summary>
    Truncated,

    /// <summary>It reset the connection (RST).</summary>
    Reset,
}
