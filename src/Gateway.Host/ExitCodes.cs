namespace Gateway.Host;

/// <summary>What the process ends with.</summary>
static class ExitCodes
{
    public const int Fine = 0;

    /// <summary>The configuration or the arguments are not acceptable.</summary>
    public const int Refused = 1;

    /// <summary>It could not start to run, or failed while running.</summary>
    public const int Failed = 2;
}
