using System.Text;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Security.Tests;

/// <summary>Nothing that one team has, knows or names reaches anything of another team's: every operation of every module.</summary>
public class IsolationTests
{
    static readonly Team Acme = Teams.Acme;
    static readonly Team Bolt = Teams.Bolt;

    [Fact]
    public async Task Every_operation_of_every_module_is_in_the_tables()
    {
        await using var teams = await Teams.StartAsync();
        var listed = Operations.All.Select(operation => $"{operation.Module}: {operation.Route}")
            .Concat(LiveOperation.All.Select(operation => $"{operation.Module}: {operation.Route}"));

        var there = teams.Gateway.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Door>()?.Module.Tenant.Name == Acme.Name)
            .SelectMany(NamesOf);

        Assert.Equal(there.Distinct().Order(StringComparer.Ordinal), listed.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory, InlineData(Way.Path), InlineData(Way.Host)]
    public async Task A_token_of_another_team_opens_no_door(Way way)
    {
        await using var teams = await Teams.StartAsync();
        foreach (string module in Modules)
        {
            string[] foreign = [await Acme.TokenForAsync(teams, module, "ada"), new Team("default").TokenOf("ada")];
            foreach (string token in foreign)
            {
                foreach (var operation in Operations.All.Where(operation => operation.Module == module && !operation.IsPublic))
                {
                    var reply = await teams.RequestAsync(Bolt, way, token, Filled(operation.Request, []), operation.Body, operation.Headers);
                    Assert.True(reply.Status == 401, $"{operation}: {reply}");
                }
                foreach (var operation in LiveOperation.All.Where(operation => operation.Module == module))
                {
                    string refusal = await LiveClient.RefusalAsync(teams, Bolt, way, token, operation);
                    Assert.True(refusal == "401" || refusal.Contains("\"error\"", StringComparison.Ordinal) || refusal.Contains(":403", StringComparison.Ordinal), $"{operation}: {refusal}");
                }
            }
        }
    }

    [Fact]
    public async Task The_path_of_one_team_at_the_host_of_another_leads_nowhere()
    {
        await using var teams = await Teams.StartAsync();
        foreach (string module in Modules)
        {
            string token = await Acme.TokenForAsync(teams, module, "ada");
            foreach (var operation in Operations.All.Where(operation => operation.Module == module))
            {
                var reply = await teams.RequestAsync(Bolt, Way.Path, token, Filled(operation.Request, []), operation.Body, [.. operation.Headers, ("Host", Acme.Host)]);
                Assert.True(reply.Status == 404, $"{operation}: {reply}");
            }
        }
    }

    [Theory, InlineData(Way.Path), InlineData(Way.Host)]
    public async Task Under_the_same_names_another_team_reads_and_changes_its_own(Way way)
    {
        await using var teams = await Teams.StartAsync();
        var wrong = new List<string>();
        foreach (string module in Modules)
        {
            string owner = await Acme.TokenForAsync(teams, module, "ada");
            string other = await Bolt.TokenForAsync(teams, module, "ada");
            var kept = new Dictionary<string, string>();

            foreach (var operation in Of(module, Turn.Store))
            {
                var reply = await AskAsync(Acme, owner, operation, operation.Own);
                if (operation.Keeps is { } keeps)
                    kept[keeps.Name] = keeps.Of(reply);
            }
            var before = await ReadAllAsync();
            foreach (var operation in Of(module, Turn.Read))
            {
                var reply = await AskAsync(Bolt, other, operation, operation.Other);
                if (operation.Shows != null && reply.Text.Contains(operation.Shows, StringComparison.Ordinal))
                    wrong.Add($"another team sees by {operation}: {reply.Text}");
            }
            foreach (var operation in Of(module, Turn.Change).Concat(Of(module, Turn.Try)))
                await AskAsync(Bolt, other, operation, operation.Other);
            Assert.Equal(before, await ReadAllAsync());
            foreach (var operation in Of(module, Turn.Change))
                await AskAsync(Acme, owner, operation, operation.Own);

            async Task<HttpReply> AskAsync(Team team, string token, Operation operation, int expected)
            {
                var reply = await teams.RequestAsync(team, way, token, Filled(operation.Request, kept), operation.Body, operation.Headers);
                if (reply.Status != expected)
                    wrong.Add($"{team.Name} gets, not {expected}, by {operation}: {reply} {reply.Text}");
                return reply;
            }

            async Task<List<string>> ReadAllAsync()
            {
                var read = new List<string>();
                foreach (var operation in Of(module, Turn.Read))
                {
                    var reply = await AskAsync(Acme, owner, operation, operation.Own);
                    if (operation.Shows != null && !reply.Text.Contains(operation.Shows, StringComparison.Ordinal))
                        wrong.Add($"the owner does not see by {operation}: {reply.Text}");
                    read.Add(operation.IsNeverTheSame ? "" : reply.Text);
                }
                return read;
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, InlineData(Way.Path), InlineData(Way.Host)]
    public async Task What_one_team_publishes_another_does_not_hear(Way way)
    {
        await using var teams = await Teams.StartAsync();
        foreach (var operation in LiveOperation.All)
        {
            string ours = await Acme.TokenForAsync(teams, operation.Module, "ada");
            string theirs = await Bolt.TokenForAsync(teams, operation.Module, "ada");
            await operation.PublishAsync(teams, Acme, ours, "begin-");
            await operation.PublishAsync(teams, Bolt, theirs, "begin-");
            await using var acme = await LiveClient.OpenAsync(teams, Acme, way, ours, operation);
            await using var bolt = await LiveClient.OpenAsync(teams, Bolt, way, theirs, operation);

            await HearsAsync(acme, Acme, ours, "acme-secret-");
            await HearsAsync(bolt, Bolt, theirs, "bolt-secret-");
            await HearsAsync(acme, Acme, ours, "acme-again-");

            Assert.DoesNotContain("bolt-secret", acme.Heard, StringComparison.Ordinal);
            Assert.DoesNotContain("acme", bolt.Heard, StringComparison.Ordinal);

            // Again and again: whoever has been let in may not listen yet.
            Task HearsAsync(LiveClient client, Team team, string token, string news)
            {
                int time = 0;
                return Eventually.BecomesTrueAsync(
                    async () =>
                    {
                        await operation.PublishAsync(teams, team, token, $"{news}{time++}-");
                        return client.Heard.Contains(news, StringComparison.Ordinal);
                    },
                    $"{operation} to hear {news}");
            }
        }
    }

    static IEnumerable<string> Modules => Operations.All.Select(operation => operation.Module).Distinct();

    static IEnumerable<Operation> Of(string module, Turn turn) => Operations.All.Where(operation => operation.Module == module && operation.Turn == turn);

    static string Filled(string request, Dictionary<string, string> kept)
    {
        var filled = new StringBuilder(request);
        foreach (string name in (string[])["id", "stream", "ticket"])
            filled.Replace($"{{{name}}}", kept.GetValueOrDefault(name, "1"));
        return filled.ToString();
    }

    static IEnumerable<string> NamesOf(RouteEndpoint endpoint)
    {
        var door = endpoint.Metadata.GetMetadata<Door>()!;
        string pattern = endpoint.RoutePattern.RawText![door.Prefix.Length..].TrimStart('/');
        IReadOnlyList<string> methods = endpoint.Metadata.GetMetadata<WebSocketMatcherPolicy.Marker>() != null ? ["WS"]
            : endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"];
        return methods.Select(method => $"{door.Module.Name}: {method} {pattern}");
    }
}
