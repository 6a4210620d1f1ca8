using System.Diagnostics;
using System.Net;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;

namespace Gateway.Core.Tests.Connections;

public sealed class ConnectionRegistryTests : IDisposable
{
    static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    static readonly IPAddress There = IPAddress.Parse("192.0.2.2");

    readonly ScriptedClients _clients = new();

    [Fact]
    public void Places_are_limited_and_given_back()
    {
        var registry = new ConnectionRegistry(new LimitOptions { Connections = 2 });
        Assert.Equal(Admission.Granted, registry.TryEnter(Here));
        Assert.Equal(Admission.Granted, registry.TryEnter(null));
        Assert.Equal(Admission.TooMany, registry.TryEnter(There));

        registry.Leave(null);

        Assert.Equal(Admission.Granted, registry.TryEnter(There));
        Assert.Equal(Admission.TooMany, registry.TryEnter(There));
    }

    [Fact]
    public void Places_of_an_address_are_limited_and_given_back()
    {
        var registry = new ConnectionRegistry(new LimitOptions { ConnectionsPerAddress = 2 });
        Assert.Equal(Admission.Granted, registry.TryEnter(Here));
        Assert.Equal(Admission.Granted, registry.TryEnter(Here));
        Assert.Equal(Admission.TooManyFromAddress, registry.TryEnter(Here));
        Assert.Equal(Admission.Granted, registry.TryEnter(There));

        registry.Leave(Here);

        Assert.Equal(Admission.Granted, registry.TryEnter(Here));
        Assert.Equal(Admission.TooManyFromAddress, registry.TryEnter(Here));
    }

    [Fact]
    public void Clients_without_an_address_are_not_limited_by_it()
    {
        var registry = new ConnectionRegistry(new LimitOptions { ConnectionsPerAddress = 1 });
        for (var i = 0; i < 10; i++)
            Assert.Equal(Admission.Granted, registry.TryEnter(null));
        for (var i = 0; i < 10; i++)
            registry.Leave(null);
    }

    [Fact]
    public void An_address_that_comes_mapped_to_IPv6_is_the_same_address()
    {
        var registry = new ConnectionRegistry(new LimitOptions { ConnectionsPerAddress = 1 });
        Assert.Equal(Admission.Granted, registry.TryEnter(Here.MapToIPv6()));
        Assert.Equal(Admission.TooManyFromAddress, registry.TryEnter(Here));

        registry.Leave(Here);

        Assert.Equal(Admission.Granted, registry.TryEnter(Here));
        Assert.Equal(Admission.TooManyFromAddress, registry.TryEnter(Here.MapToIPv6()));
    }

    [Fact]
    public void No_limit_means_no_limit()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        for (var i = 0; i < 10_000; i++)
            Assert.Equal(Admission.Granted, registry.TryEnter(Here));
    }

    [Fact]
    public async Task Whatever_the_rush_no_more_get_in_than_there_are_places()
    {
        var registry = new ConnectionRegistry(new LimitOptions { Connections = 10, ConnectionsPerAddress = 7 });
        int inside = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            var address = i % 2 == 0 ? Here : There;
            for (var round = 0; round < 2_000; round++)
            {
                if (registry.TryEnter(address) != Admission.Granted)
                    continue;
                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                Interlocked.Decrement(ref inside);
                registry.Leave(address);
            }
        })));

        Assert.InRange(most, 1, 10);
        for (var i = 0; i < 7; i++)
            Assert.Equal(Admission.Granted, registry.TryEnter(Here));
        Assert.Equal(Admission.TooManyFromAddress, registry.TryEnter(Here));
    }

    [Fact]
    public void Open_connections_are_listed_and_found()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        var connection = Enter(registry);
        Assert.Equal(1, registry.Count);
        Assert.Same(connection, Assert.Single(registry.Connections));
        Assert.Same(connection, registry.Find(connection.Id));

        registry.Remove(connection);

        Assert.Equal(0, registry.Count);
        Assert.Null(registry.Find(connection.Id));
    }

    [Fact]
    public async Task Draining_refuses_newcomers_and_spreads_the_goodbyes_over_the_window()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        var window = TimeSpan.FromSeconds(1);
        var watch = Stopwatch.StartNew();
        var endings = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var connection = Enter(registry);
            connection.Closing.Register(() =>
            {
                lock (endings)
                    endings.Add(watch.Elapsed);
                Assert.Equal(CloseReason.Draining, connection.Ending);
                registry.Remove(connection);
                registry.Leave(null);
            });
        }

        watch.Restart();
        var draining = registry.DrainAsync(window, CancellationToken.None);
        Assert.Equal(Admission.Draining, registry.TryEnter(Here));
        await draining.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(10, endings.Count);
        // The last of ten begins at nine tenths; none comes before its part of the window.
        for (var i = 0; i < 10; i++)
            Assert.InRange(endings[i], (window * i / 10) - TimeSpan.FromMilliseconds(60), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Draining_ends_as_soon_as_nobody_is_left()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        var connections = Enumerable.Range(0, 3).Select(_ => Enter(registry)).ToList();
        var draining = registry.DrainAsync(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(draining.IsCompleted);

        foreach (var connection in connections)
        {
            registry.Remove(connection);
            registry.Leave(null);
        }

        await draining.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Draining_an_empty_gateway_ends_at_once()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        Assert.True(registry.DrainAsync(TimeSpan.FromHours(1), CancellationToken.None).IsCompletedSuccessfully);
        Assert.Equal(Admission.Draining, registry.TryEnter(Here));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Draining_waits_for_a_connection_that_entered_before_and_opens_late()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        Assert.Equal(Admission.Granted, registry.TryEnter(null));
        var draining = registry.DrainAsync(TimeSpan.Zero, CancellationToken.None);
        Assert.False(draining.IsCompleted);

        var (late, _) = _clients.Connect();
        registry.Add(late);
        Assert.Equal(CloseReason.Draining, late.Ending);
        registry.Remove(late);
        registry.Leave(null);

        await draining.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Draining_is_given_up_when_cancelled()
    {
        var registry = new ConnectionRegistry(new LimitOptions());
        Enter(registry);
        Enter(registry);
        using var limit = new CancellationTokenSource();
        var draining = registry.DrainAsync(TimeSpan.FromHours(1), limit.Token);

        await limit.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    public void Dispose() => _clients.Dispose();

    WebSocketConnection Enter(ConnectionRegistry registry)
    {
        Assert.Equal(Admission.Granted, registry.TryEnter(null));
        var (connection, _) = _clients.Connect();
        registry.Add(connection);
        return connection;
    }

    static void InterlockedMax(ref int most, int value)
    {
        for (int seen; (seen = Volatile.Read(ref most)) < value;)
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
