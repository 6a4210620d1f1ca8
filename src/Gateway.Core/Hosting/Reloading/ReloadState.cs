namespace Gateway.Core.Hosting.Reloading;

/// <summary>What became of the configuration when it was last read.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome"><c>started</c>, <c>applied</c>, <c>unchanged</c> or <c>refused</c>.</param>
/// <param name="Applied">The keys whose new values are in force.</param>
/// <param name="NeedsRestart">The keys whose new values wait for the next start.</param>
/// <param name="Faults">Why it was refused as a whole, or what of it could not be started; one line each.</param>
sealed record ReloadState(
    DateTimeOffset At, string Outcome, IReadOnlyList<string> Applied, IReadOnlyList<string> NeedsRestart, IReadOnlyList<string> Faults)
{
    public static ReloadState Started() => new(DateTimeOffset.UtcNow, "started", [], [], []);

    public static ReloadState Refused(IReadOnlyList<string> faults, ReloadState before) => new(DateTimeOffset.UtcNow, "refused", [], before.NeedsRestart, faults);

    public bool IsRefused => Outcome == "refused";
}
