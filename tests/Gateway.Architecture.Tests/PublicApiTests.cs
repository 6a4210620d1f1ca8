using Gateway.Testing;

namespace Gateway.Architecture.Tests;

/// <summary>What module authors build on changes only on purpose.</summary>
public class PublicApiTests
{
    const string AcceptVariable = "ACCEPT_PUBLIC_API";

    [Fact]
    public void The_public_API_of_the_core_is_the_approved_one()
    {
        string approved = Path.Combine(Repository.Root, "tests", "Gateway.Architecture.Tests", "Gateway.Core.PublicApi.txt");
        string received = Path.Combine(AppContext.BaseDirectory, "Gateway.Core.PublicApi.received.txt");
        string api = PublicApi.Of(Built.Core);
        File.WriteAllText(received, api);
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.Copy(received, approved, overwrite: true);

        string[] before = File.Exists(approved) ? File.ReadAllLines(approved) : [];
        string[] now = api.TrimEnd('\n').Split('\n');

        Assert.True(before.SequenceEqual(now), $"""
            The public API of Gateway.Core has changed:
            {string.Join('\n', before.Except(now).Select(line => $"- {line}").Concat(now.Except(before).Select(line => $"+ {line}")))}
            If that is meant, run this test with {AcceptVariable}=1, or copy
              {received}
            to
              {approved}
            """);
    }
}
