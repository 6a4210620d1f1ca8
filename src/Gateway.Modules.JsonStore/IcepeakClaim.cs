using Gateway.Core.Auth;

namespace Gateway.Modules.JsonStore;

/// <summary>
/// The claim by which tokens made for Icepeak grant reading and writing below paths of the document:
/// <c>{"version":1,"whitelist":[{"prefix":["a","b"],"modes":["read","write"]}]}</c>. Its prefixes are lists of segments,
/// so there are no wildcards, and <c>[]</c> is everything. Faults are worded as Icepeak's JSON library words them.
/// </summary>
public sealed class IcepeakClaim : IGrantClaim
{
    /// <inheritdoc/>
    public string Name => "icepeak";

    /// <inheritdoc/>
    public string Root => "$";

    /// <inheritdoc/>
    public void Read(ClaimElement claim, GrantsBuilder grants)
    {
        claim.ExpectVersion1("icepeak claim");
        foreach (var entry in claim.Member("whitelist", "icepeak claim").Items())
        {
            string[] prefix = [.. entry.Member("prefix", "path and modes").Items().Select(segment => segment.Text())];
            string[] modes = [.. entry.Member("modes", "path and modes").Items().Select(ReadMode)];
            grants.Allow(entry, JsonStoreModule.ModuleName, modes, prefix, here: true, below: true);
        }
    }

    static string ReadMode(ClaimElement mode) =>
        mode.Text("mode string") is var text and ("read" or "write") ? text : throw mode.Fault("Invalid mode value.");
}
