using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Gateway.Core.Auth;

namespace Gateway.Core.Tests.Auth;

/// <summary>Few names, so that what is granted and what is asked for often meet.</summary>
public sealed class GrantPropertyTests
{
    static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    static readonly string[] Modules = ["JsonStore", "jsonstore", "Events"];
    static readonly string[] Actions = ["read", "write", "Read"];
    static readonly Gen<string[]> AnyPath = Some(["a", "b", "A", "", "ab", "a/b", "*"], 0, 4);

    static readonly Gen<GrantEntry> AnyGrant =
        from module in Gen.Elements([.. Modules, "*"])
        from paths in Between(0, 3, Some(["a", "b", "*", "*", "", "ab", "*a"], 0, 4).Select(path => $"/{string.Join('/', path)}"))
        from actions in Some([.. Actions, "*"], 0, 2)
        select new GrantEntry(module, paths, actions);

    [Property(MaxTest = 2000)]
    public Property A_gateway_claim_grants_what_its_definition_says() =>
        Prop.ForAll(Between(0, 6, AnyGrant).ToArbitrary(), AnyPath.ToArbitrary(), (grants, path) => Agrees(
            new { gateway = new { version = 1, grants } },
            path,
            (module, action, asked) => grants.Any(grant => NaiveGrants.Allows(grant, module, action, asked))));

    static bool Agrees(object payload, string[] segments, Func<string, string, string[], bool> definition)
    {
        var grants = new GrantClaims([new GatewayClaim()]).Read(JsonSerializer.SerializeToElement(payload, AsWritten));
        string text = $"/{string.Join('/', segments)}";
        return grants.Fault == null && Modules.All(module => Actions.All(action =>
            grants.Allows(module, action, segments) == definition(module, action, segments)
            && grants.Allows(module, action, text) == definition(module, action, NaiveGrants.Segments(text))));
    }

    static Gen<string[]> Some(string[] names, int least, int most) => Between(least, most, Gen.Elements(names));

    static Gen<T[]> Between<T>(int least, int most, Gen<T> one) =>
        from count in Gen.Choose(least, most)
        from drawn in one.ArrayOf(count)
        select drawn;
}
