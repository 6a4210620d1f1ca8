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

    // Valid, says the file, by another algorithm than the key's own; and of 340, which is such a one too, the opposite.
    static readonly int[] OtherAlgorithmThanTheKeys = [346, 350];

    // Invalid, says the file; and of 357, which is the same text under the same key, the opposite.
    static readonly int[] SameTextAsAValidOne = [367, 370];

    // Valid, says the file, though not base64url: the signature is, the text is refused before.
    static readonly int[] NotBase64Url = [372, 373];

    sealed record Vector(int Id, string Comment, string Result, string Text, JsonObject Key)
    {
        public bool IsValid => Result == "valid";

        public override string ToString() => $"{Id} {Comment} ({Result}, {JwsAlgorithm})";

        string JwsAlgorithm => Jws.Read(Text)?.Header.Algorithm ?? "unreadable";
    }

    /// <summary>The check alone: header, payload and signature as a reader gives them who passes over characters of the first two that are not base64url.</summary>
    [SkippableFact]
    public void Every_valid_signature_verifies_and_no_invalid_one_does()
    {
        var vectors = Signatures();
        int[] contradicted = [.. OtherAlgorithmThanTheKeys, .. SameTextAsAValidOne];

        Assert.Equal(401, vectors.Count);
        Assert.All(vectors, vector => Assert.Contains(vector.Result, (string[])["valid", "invalid"]));
        foreach (var vector in vectors.Where(vector => !contradicted.Contains(vector.Id)))
            Assert.True(Verifies(ReadLeniently(vector.Text), vector.Key) == vector.IsValid, vector.ToString());
        output.WriteLine($"{vectors.Count - contradicted.Length} as the file says; {string.Join(", ", contradicted)} otherwise, of whose like it says both");
    }

    /// <summary>With the reader that tokens meet, which takes base64url only.</summary>
    [SkippableFact]
    public void Of_the_valid_those_that_are_not_base64url_are_not_read()
    {
        var contradicted = OtherAlgorithmThanTheKeys.Concat(SameTextAsAValidOne).ToHashSet();
        foreach (var vector in Signatures().Where(vector => !contradicted.Contains(vector.Id)))
            Assert.True(Verifies(Jws.Read(vector.Text), vector.Key) == (vector.IsValid && !NotBase64Url.Contains(vector.Id)), vector.ToString());

        Assert.All(Signatures().Where(vector => NotBase64Url.Contains(vector.Id)), vector => Assert.Null(Jws.Read(vector.Text)));
    }

    [SkippableFact]
    public void The_file_contradicts_itself_about_a_signature_by_another_algorithm_than_the_keys_own()
    {
        var vectors = Signatures();
        var like = vectors.Where(vector => OtherAlgorithmThanTheKeys.Append(340).Contains(vector.Id)).ToArray();

        Assert.Equal([false, true, true], like.Select(vector => vector.IsValid));
        foreach (var vector in like)
        {
            Assert.Equal("PS384", Jws.Read(vector.Text)!.Header.Algorithm);
            Assert.Contains((string)vector.Key["alg"]!, (string[])["PS256", "PS512"]);
            Assert.False(Verifies(Jws.Read(vector.Text), vector.Key), vector.ToString());
            vector.Key.Remove("alg");
            Assert.True(Verifies(Jws.Read(vector.Text), vector.Key), vector.ToString());
            output.WriteLine($"refused, as its key is for another algorithm: {vector}");
        }
    }

    [SkippableFact]
    public void The_file_contradicts_itself_about_one_text()
    {
        var vectors = Signatures();
        var valid = vectors.Single(vector => vector.Id == 357);

        Assert.True(valid.IsValid);
        foreach (var vector in vectors.Where(vector => SameTextAsAValidOne.Contains(vector.Id)))
        {
            Assert.False(vector.IsValid);
            Assert.Equal(valid.Text, vector.Text);
            Assert.True(JsonNode.DeepEquals(valid.Key, vector.Key));
        }
        // The padding that they are named for is refused.
        Assert.All(["==", "="], padding => Assert.Null(Jws.Read(valid.Text + padding)));
        Assert.Null(Jws.Read(valid.Text.Replace("VGVzdA.", "VGVzdA==.", StringComparison.Ordinal)));
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
                bool verified = ReadSet(json) is { } keys && Verifies(Jws.Read((string)test["jws"]!), keys);
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

    static bool Verifies(Jws? jws, JsonObject key) => KeysOf(key) is { } keys && Verifies(jws, keys);

    static bool Verifies(Jws? jws, IReadOnlyList<JwtKey> keys) => jws != null && JwtSignature.Verify(jws.Header, jws.Payload, jws.Signature, keys);

    /// <summary>Passes over foreign characters in header and payload; in all else as strict as the reader that tokens meet.</summary>
    static Jws? ReadLeniently(string text) =>
        text.Split('.') is [var header, var payload, var signature]
            && Base64UrlText.Decode(WithoutForeign(header)) is { } first && JwsHeader.Read(first) is { } read
            && Base64UrlText.Decode(WithoutForeign(payload)) is { } second
            && Base64UrlText.Decode(signature) is { } third
            ? new(read, second, third) : null;

    static string WithoutForeign(string text) => string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    /// <summary>Null for a key that serves no signature.</summary>
    static IReadOnlyList<JwtKey>? KeysOf(JsonObject key)
    {
        // A slip of the file: there is no ES521, and the curve P-521 has no algorithm but ES512.
        if ((string?)key["alg"] == "ES521")
            key["alg"] = "ES512";
        if ((string?)key["kty"] != "oct")
            return ReadSet($$"""{"keys":[{{key.ToJsonString()}}]}""");
        byte[] secret = Base64Url.DecodeFromChars((string)key["k"]!);
        return [JwtKey.FromSecret(secret, (string?)key["kid"], [(string)key["alg"]!])];
    }

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
