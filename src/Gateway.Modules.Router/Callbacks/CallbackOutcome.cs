namespace Gateway.Modules.Router.Callbacks;

/// <summary>What became of a call in the end.</summary>
enum CallbackOutcome
{
    /// <summary>A JSON object, whatever its status.</summary>
    Answered,

    /// <summary>Something marked as JSON that is no JSON object.</summary>
    Malformed,

    /// <summary>No usable answer in all tries.</summary>
    Unavailable,
}
