namespace Gateway.Modules.Events.Streaming;

/// <summary>What became of a stream that was to join those who are given what fires.</summary>
enum JoinOutcome
{
    /// <summary>It has.</summary>
    Joined,

    /// <summary>It lacks too much, or too much waits for its client: it is to read on in the history.</summary>
    Behind,

    /// <summary>What it lacks is no longer kept.</summary>
    Lacking,

    /// <summary>The tenant has as many topics as it may.</summary>
    Refused,
}
