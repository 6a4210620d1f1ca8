using System.Text.Json;
using Gateway.Core.Auth;

namespace Gateway.Core.Tests.Auth;

public sealed class GrantClaimsTests
{
    const string Reader = "\"a\"";
    const string Gateway = """{"version":1,"grants":[{"module":"jsonstore","paths":["/b"],"actions":["write"]}]}""";

    [Fact]
    public void With_both_claims_whatever_one_of_them_grants_is_granted()
    {
        var grants = Read($$"""{"reader":{{Reader}},"gateway":{{Gateway}}}""");

        Assert.Null(grants.Fault);
        Assert.True(grants.Allows("JsonStore", "read", "/a/x"));
        Assert.True(grants.Allows("JsonStore", "write", "/b"));
        Assert.False(grants.Allows("JsonStore", "write", "/a"));
        Assert.False(grants.Allows("JsonStore", "read", "/b"));
    }

    [Theory]
    [InlineData($$"""{"reader":{{Reader}},"gateway":7}""", "Error in gateway: ")]
    [InlineData($$"""{"reader":7,"gateway":{{Gateway}}}""", "Error in reader: ")]
    public void A_malformed_claim_spoils_the_other(string payload, string fault)
    {
        var grants = Read(payload);

        Assert.Equal("claim_invalid", grants.Fault?.Code);
        Assert.StartsWith(fault, grants.Fault?.Detail, StringComparison.Ordinal);
        Assert.False(grants.Allows("JsonStore", "read", "/a"));
        Assert.False(grants.Allows("JsonStore", "write", "/b"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sub":"joe","Gateway":{}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"gateway\"")]
    public void Without_either_claim_nothing_is_granted_and_the_claim_is_said_to_be_missing(string payload)
    {
        var grants = Read(payload);

        Assert.Equal("grant_missing", grants.Fault?.Code);
        Assert.False(grants.Allows("JsonStore", "read", "/"));
    }

    [Fact]
    public void Everything_is_everything_and_nothing_is_nothing()
    {
        Assert.True(Grants.Everything.Allows("Any", "thing", "/"));
        Assert.True(Grants.Everything.Allows("Any", "thing", "/at/all"));
        Assert.True(Grants.Everything.Allows("Any", "thing", []));
        Assert.False(Grants.Nothing.Allows("Any", "thing", "/"));
        Assert.Null(Grants.Nothing.Fault);
    }

    [Theory]
    [InlineData(256, 1, 1, true)]
    [InlineData(257, 1, 1, false)]
    [InlineData(1, 511, 1, true)]
    [InlineData(34, 31, 1, true)]
    [InlineData(1, 1, 64, true)]
    [InlineData(1, 1, 65, false)]
    public void A_token_may_grant_so_much_and_no_more(int paths, int segments, int actions, bool taken)
    {
        var grants = Read(JsonSerializer.Serialize(new
        {
            gateway = new
            {
                version = 1,
                grants = new[]
                {
                    new
                    {
                        module = "m",
                        // Of different first segments: the paths share nothing.
                        paths = Enumerable.Range(0, paths).Select(path => $"/{(char)(0x4E00 + path)}{Repeat("/x", segments - 1)}"),
                        actions = Enumerable.Range(0, actions).Select(action => $"a{action}"),
                    },
                },
            },
        }));

        Assert.Equal(taken, grants.Fault == null);
        Assert.Equal(taken, grants.Allows("m", $"a{actions - 1}", $"/一{Repeat("/x", segments - 1)}"));
        if (!taken)
            Assert.Contains("more than a token may grant: 256 paths", grants.Fault!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1023, true)]
    [InlineData(1024, false)]
    public void A_path_has_a_limited_length(int length, bool taken) =>
        Assert.Equal(taken, ReadPaths($"/{Repeat("x", length)}").Fault == null);

    [Fact]
    public void Paths_that_can_be_followed_in_many_ways_are_told_apart_at_once()
    {
        const int Segments = 8;
        var grants = ReadPaths([.. Enumerable.Range(0, 1 << Segments).Select(number =>
            string.Concat(Enumerable.Range(0, Segments).Select(bit => (number >> bit & 1) == 0 ? "/a" : "/*")))]);

        Assert.Null(grants.Fault);
        Assert.True(grants.Allows("m", "a", Repeat("/a", Segments)));
        Assert.False(grants.Allows("m", "a", Repeat("/a", Segments - 1)));
        // The last segment of half of them is a wildcard, which stands for more.
        Assert.True(grants.Allows("m", "a", Repeat("/a", Segments - 1) + "/b/c"));
        Assert.True(grants.Allows("m", "a", Repeat("/b", Segments + 1)));
    }

    [Fact]
    public void A_check_allocates_nothing()
    {
        var grants = Read("""{"gateway":{"version":1,"grants":[{"module":"*","paths":["/x/y","/*/b/c"],"actions":["*"]}]}}""");
        string[] segments = ["x", "b", "c"];
        long before = 0;

        for (int i = 0; i < 1000; i++)
        {
            if (i == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(grants.Allows("jsonstore", "read", "/x/b/c") && grants.Allows("jsonstore", "read", segments));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static Grants ReadPaths(params string[] paths) => Read(
        $$"""{"gateway":{"version":1,"grants":[{"module":"m","paths":{{JsonSerializer.Serialize(paths)}},"actions":["a"]}]} }""");

    static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    static Grants Read(string payload) => new GrantClaims([new ReaderClaim(), new GatewayClaim()]).Read(JsonDocument.Parse(payload).RootElement);

    /// <summary>A claim of a module: the name of a folder of which everything may be read.</summary>
    sealed class ReaderClaim : IGrantClaim
    {
        public string Name => "reader";

        public void Read(ClaimElement claim, GrantsBuilder grants) => grants.Allow(claim, "JsonStore", ["read"], [claim.Text()], here: true, below: true);
    }
}
