using System.Buffers.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Jwt;
using Gateway.Testing;
using Xunit.Abstractions;

namespace Gateway.Core.Tests.Auth.Jwt;

/// <summary>The signature check against vectors that others made (C2SP/wycheproof).</summary>
public sealed class WycheproofTests(ITestOutputHelper output)
{
    static readonly string[] Public = [.. JwtAlgorithm.Names(forSecrets: false)];

    // What the file says of these cannot be met, each for the reason that its own test below shows.
    static readonly int[] OtherAlgorithmThanTheKeys = [346, 347, 350, 351];
    static readonly int[] NotBase64Url = [372, 373];
    static readonly int[] SameTextAsAValidOne = [367, 370];

    sealed record Vector(int Id, string Comment, string Result, string Text, JsonObject Key)
    {
        public override string ToString() => $"{Id} {Comment} ({Result}, {JwsAlgorithm})";

        string JwsAlgorithm => Jws.Read(Text)?.Header.Algorithm ?? "unreadable";
    }

    [SkippableFact]
    public void Every_valid_signature_verifies_and_no_invalid_one_does()
    {
        var vectors = Signatures();
        int[] impossible = [.. OtherAlgorithmThanTheKeys, .. NotBase64Url, .. SameTextAsAValidOne];

        foreach (var vector in vectors.Where(vector => !impossible.Contains(vector.Id)))
        {
            bool verified = Verifies(vector.Text, vector.Key);
            if (vector.Result == "acceptable")
                output.WriteLine($"acceptable, {(verified ? "verified" : "refused")}: {vector}");
            else
                Assert.True(verified == (vector.Result == "valid"), vector.ToString());
        }
        Assert.Equal(401, vectors.Count);
        output.WriteLine($"{vectors.Count - impossible.Length} as the file says, {impossible.Length} otherwise: {string.Join(", ", impossible)}");
    }

    /// <summary>The keys are those of RFC 7520, which name no algorithm; the file adds one that is not the header's, twice one that there is not.</summary>
    [SkippableFact]
    public void A_signature_by_another_algorithm_than_the_keys_own_verifies_only_without_that_name()
    {
        foreach (var vector in Signatures().Where(vector => OtherAlgorithmThanTheKeys.Contains(vector.Id)))
        {
            Assert.NotEqual((string?)vector.Key["alg"], Jws.Read(vector.Text)!.Header.Algorithm);
            Assert.False(Verifies(vector.Text, vector.Key), vector.ToString());
            vector.Key.Remove("alg");
            Assert.True(Verifies(vector.Text, vector.Key), vector.ToString());
            output.WriteLine($"refused, as its key is for another algorithm: {vector}");
        }
    }

    /// <summary>The file calls them valid; RFC 7515, sections 2 and 5.2, does not, and the signature is over another text.</summary>
    [SkippableFact]
    public void A_text_with_a_character_that_is_not_base64url_is_refused()
    {
        foreach (var vector in Signatures().Where(vector => NotBase64Url.Contains(vector.Id)))
        {
            Assert.Contains('?', vector.Text);
            Assert.False(Verifies(vector.Text, vector.Key), vector.ToString());
            output.WriteLine($"refused, as it is not base64url: {vector}");
        }
    }

    /// <summary>The file calls them invalid for their padding, which they have not: they are the text of a valid one.</summary>
    [SkippableFact]
    public void The_same_text_has_the_same_result()
    {
        var vectors = Signatures();
        string valid = vectors.Single(vector => vector.Id == 357).Text;

        Assert.All(SameTextAsAValidOne, id => Assert.Equal(valid, vectors.Single(vector => vector.Id == id).Text));
        Assert.All(["==", "="], padding => Assert.Null(Jws.Read(valid + padding)));
        Assert.Null(Jws.Read(valid.Replace("VGVzdA.", "VGVzdA==.", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void Of_key_sets_only_public_and_sound_ones_are_taken()
    {
        var groups = Groups("json_web_key_test.json");

        foreach (var group in groups)
        {
            string json = (group["public"] ?? group["private"])!.ToJsonString();
            foreach (var test in group["tests"]!.AsArray().OfType<JsonNode>())
            {
                bool verified = ReadSet(json) is { } keys && Verifies((string)test["jws"]!, keys);
                bool secret = json.Contains("\"kty\":\"oct\"", StringComparison.Ordinal);
                if (secret)
                    output.WriteLine($"a secret, which no set may hold, refused: {test["tcId"]} {test["comment"]} ({test["result"]})");
                Assert.True(verified == ((string)test["result"]! == "valid" && !secret), $"{test["tcId"]} {test["comment"]}");
            }
        }
        Assert.Equal(26, groups.Sum(group => group["tests"]!.AsArray().Count));
    }

    [SkippableFact]
    public async Task Through_the_whole_scheme_each_is_refused_as_none_is_a_set_of_claims()
    {
        string[] all = [.. JwtAlgorithm.All.Select(algorithm => algorithm.Name)];
        foreach (var vector in Signatures())
        {
            var keys = new FixedKeys(KeysOf(vector.Key) ?? []);
            await using var scheme = new JwtScheme("jwt", new(), all, keys, TimeProvider.System, _ => Grants.Everything);
            Assert.False((await scheme.AuthenticateAsync(new(vector.Text, null), default)).Succeeded, vector.ToString());
        }
    }

    [SkippableFact]
    public void The_algorithms_that_are_not_offered_are_listed()
    {
        var vectors = Signatures();
        var offered = JwtAlgorithm.All.Select(algorithm => algorithm.Name).ToHashSet();
        var others = vectors.Select(vector => Jws.Read(vector.Text)?.Header.Algorithm).OfType<string>().Where(name => !offered.Contains(name)).Distinct();

        Assert.All(others, name => output.WriteLine($"not offered, refused: {name}"));
        Assert.All(others, name => Assert.Equal("none", name, ignoreCase: true));
    }

    static bool Verifies(string text, JsonObject key) => KeysOf(key) is { } keys && Verifies(text, keys);

    /// <summary>Null for a key that serves no signature.</summary>
    static IReadOnlyList<JwtKey>? KeysOf(JsonObject key)
    {
        if ((string?)key["kty"] != "oct")
            return ReadSet($$"""{"keys":[{{key.ToJsonString()}}]}""");
        byte[] secret = Base64Url.DecodeFromChars((string)key["k"]!);
        return [JwtKey.FromSecret(secret, (string?)key["kid"], [(string)key["alg"]!])];
    }

    static bool Verifies(string text, IReadOnlyList<JwtKey> keys) =>
        Jws.Read(text) is { } jws && JwtSignature.Verify(jws.Header, jws.Signed, jws.Signature, keys);

    static IReadOnlyList<JwtKey>? ReadSet(string json)
    {
        try
        {
            return JwkSet.Read(json, Public);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    List<Vector> Signatures() =>
    [
        .. from @group in Groups("json_web_signature_test.json")
           from test in @group["tests"]!.AsArray()
           let key = (@group["public"] ?? @group["private"])!.DeepClone().AsObject()
           select new Vector((int)test["tcId"]!, (string)test["comment"]!, (string)test["result"]!, (string)test["jws"]!, key),
    ];

    List<JsonNode> Groups(string file)
    {
        string? folder = SharedVectors.Find("wycheproof");
        if (folder == null)
            output.WriteLine("skipped: there is no folder shared/vectors/wycheproof beside or above the repository");
        Skip.If(folder == null, "no shared/vectors/wycheproof");
        return [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder!, file)))!["testGroups"]!.AsArray().OfType<JsonNode>()];
    }
}
