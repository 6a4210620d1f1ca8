using System.Text;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>An app team on the shared deployment. Its people have the names of the other team's.</summary>
sealed record Team(string Name)
{
    public const string Password = "the password of both teams' people";

    /// <summary>What its tokens are signed with.</summary>
    public string Secret => $"the secret of the team {Name}, long enough";

    /// <summary>The host name that selects it.</summary>
    public string Host => $"{Name}.test";

    /// <summary>A token of its application that allows everything.</summary>
    public string TokenOf(string subject) => SignedToken.Create(
        Encoding.UTF8.GetBytes($$$"""{"sub":"{{{subject}}}","gateway":{"version":1,"grants":[{"module":"*","paths":["/*"],"actions":["*"]}]}}"""), Secret);

    /// <summary>A token that is good for a module: Events has accounts of its own, where it is issued after a login.</summary>
    public async Task<string> TokenForAsync(Teams teams, string module, string user)
    {
        if (module != "Events")
            return TokenOf(user);
        string account = $$"""{"username":"{{user}}","password":"{{Password}}","collection_id":"{{Teams.Collection}}"}""";
        (string, string?) json = ("Content-Type", "application/json");
        await teams.RequestAsync(this, Way.Path, null, "POST /users", account, json);
        var login = await teams.RequestAsync(this, Way.Path, null, "POST /login", account, json);
        Assert.True(login.Status == 200, login.ToString());
        return JsonDocument.Parse(login.Text).RootElement.GetProperty("jwt").GetString()!;
    }
}
