namespace Gateway.Core.Auth;

/// <summary>
/// The claim by which tokens made for Icepeak grant reading and writing below paths of a JSON document:
/// <c>{"version":1,"whitelist":[{"prefix":["a","b"],"modes":["read","write"]}]}</c>. Its prefixes are lists of segments,
/// so there are no wildcards, and <c>[]</c> is everything.
/// </summary>
static class IcepeakClaim
{
    public const string Name = "icepeak";

    const string Module = "JsonStore";

    public static void Read(ClaimElement claim, GrantTable table)
    {
        claim.ExpectVersion1("icepeak claim");
        foreach (var entry in claim.Member("whitelist", "icepeak claim").Items())
        {
            string[] prefix = [.. entry.Member("prefix", "path and modes").Items().Select(segment => segment.Text())];
            ulong permissions = 0;
            foreach (var mode in entry.Member("modes", "path and modes").Items())
                GrantLimits.Enforce(table.TryAdd(Module, ReadMode(mode), ref permissions), mode);
            GrantLimits.Enforce(table.TryAdd(permissions, prefix, here: true, below: true), entry);
        }
        GrantLimits.Enforce(table.IsQuick(), claim);
    }

    static string ReadMode(ClaimElement mode) =>
        mode.Text("mode string") is var text and ("read" or "write") ? text : throw mode.Fault("Invalid mode value.");
}
