using System.Text.Json.Nodes;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Hosting.Reloading;
using Gateway.Core.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Admin;

/// <summary>
/// What operators can look at: each view by its name, put together when somebody asks and at no other time. A view is
/// answered once by its address, or again and again by <see cref="LiveViews"/>.
/// </summary>
sealed class AdminViews
{
    readonly ConnectionRegistry _connections;
    readonly GatewayMetrics _metrics;
    readonly TenantHosts _tenants;
    readonly ModuleAddresses _addresses;
    readonly GatewayOptions _options;
    readonly ModuleCatalog _catalog;
    readonly IServiceProvider _services;

    public AdminViews(
        ConnectionRegistry connections, GatewayMetrics metrics, TenantHosts tenants, ModuleAddresses addresses, GatewayOptions options,
        ModuleCatalog catalog, IServiceProvider services)
    {
        (_connections, _metrics, _tenants, _addresses, _options, _catalog, _services) =
            (connections, metrics, tenants, addresses, options, catalog, services);
        All = new Dictionary<string, Func<AdminQuery, CancellationToken, ValueTask<object>>>(StringComparer.Ordinal)
        {
            ["overview"] = (_, _) => new(Overview()),
            ["connections"] = (query, _) => new(Connections(query)),
            ["slow"] = (query, _) => new(Slow(query)),
            ["topics"] = (query, _) => new(Topics(query)),
            ["modules"] = async (query, cancellation) => await ModulesAsync(query, cancellation).ConfigureAwait(false),
            ["tenants"] = (query, _) => new(Tenants(query)),
            ["endings"] = (query, _) => new(Endings(query)),
            ["configuration"] = (_, _) => new(Configuration()),
            ["reload"] = (_, _) => new(_services.GetRequiredService<Reload>().Last),
        };
    }

    /// <summary>The views by name.</summary>
    public IReadOnlyDictionary<string, Func<AdminQuery, CancellationToken, ValueTask<object>>> All { get; }

    /// <summary>One connection as <c>connections</c> shows it.</summary>
    public static ConnectionState Show(ClientConnection connection)
    {
        var (identity, settings) = (connection.Identity, connection.Settings);
        return new(
            connection.Id, connection.Tenant, connection.Module, connection is WebSocketConnection ? "websocket" : "http",
            connection.Address?.ToString(), identity.Scheme, identity.Subject, identity.Expires, connection.Age.TotalSeconds,
            (Environment.TickCount64 - connection.LastHeardAt) / 1000.0, connection.QueuedBytes,
            settings.QueueBytes == long.MaxValue ? 0 : settings.QueueBytes, settings.SlowConsumer.ToString(),
            connection.BehindFor.TotalSeconds, connection.Ending?.Label());
    }

    // One walk over the connections, however many modules and tenants there are: of one that keeps up it reads one number.
    Overview Overview()
    {
        var open = _metrics.Modules.ToDictionary(module => module, module => new Open(module, _connections.Open.GetValueOrDefault(module)));
        foreach (var connection in _connections.Connections.Where(connection => connection.IsBehind))
        {
            if (open.TryGetValue(connection.Settings.Metrics, out var found))
                found.Add(connection.QueuedBytes);
        }
        return new(
            DateTimeOffset.UtcNow, IndexEndpoint.Version, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - ProcessInstruments.StartTime, _connections.IsDraining,
            Environment.CpuUsage.TotalTime.TotalSeconds, Environment.WorkingSet, _connections.Count, _options.Limits.Connections,
            _connections.Endings.Last, [.. open.Values.Select(module => module.Show()).OrderBy(module => module.Tenant, StringComparer.Ordinal).ThenBy(module => module.Module, StringComparer.Ordinal)]);
    }

    Page<ConnectionState> Connections(AdminQuery query)
    {
        var found = _connections.Connections.Where(connection => IsAskedFor(connection, query));
        // Sorted by what is cheap to read; only the page's own are shown whole.
        return PageOf(query.Sort switch
        {
            "queue" => Sorted(found, connection => connection.QueuedBytes),
            "behind" => Sorted(found, connection => connection.BehindFor.Ticks),
            "age" => Sorted(found, connection => connection.Age.Ticks),
            _ => [.. found.OrderBy(connection => connection.Id)],
        }, query, Show);
    }

    Page<ConnectionState> Slow(AdminQuery query) => PageOf(
        Sorted(_connections.Connections.Where(connection => connection.IsBehind && connection.QueuedBytes > 0 && IsAskedFor(connection, query)), connection => connection.QueuedBytes),
        query, Show);

    Page<TopicEntry> Topics(AdminQuery query)
    {
        var found =
            from tenant in _tenants.All
            from module in tenant.Hosts
            where query.Covers(tenant.Tenant.Name, module.Module.Name)
            from topic in module.Topics.States
            where query.Finds(topic.Name)
            select new TopicEntry(tenant.Tenant.Name, module.Module.Name, topic.Name, topic.Subscribers, topic.Messages, topic.Bytes);
        return PageOf(query.Sort switch
        {
            "messages" => Sorted(found, topic => topic.Messages),
            "name" => [.. found.OrderBy(topic => topic.Name, StringComparer.Ordinal)],
            _ => Sorted(found, topic => topic.Subscribers),
        }, query, topic => topic);
    }

    async Task<IReadOnlyList<ModuleState>> ModulesAsync(AdminQuery query, CancellationToken cancellation)
    {
        var health = (await HealthEndpoints.CheckAsync(_services, cancellation).ConfigureAwait(false)).ToDictionary(entry => entry.Name, entry => entry.Result);
        return
        [
            .. from module in _tenants.Modules
               where query.Covers(module.Tenant.Name, module.Name)
               let entry = health.GetValueOrDefault(module.Id)
               select new ModuleState(
                   module.Tenant.Name, module.Name, HealthEndpoints.Name(entry.Status), entry.Description, _addresses.Of(module).Urls,
                   DependenciesOf(module, health), ShownSettings.Of(module.Options), (module.Module as IHasExamples)?.Examples ?? []),
        ];
    }

    // The core's own and the tenant's, as the health pages have them.
    IReadOnlyList<DependencyState> DependenciesOf(EnabledModule module, Dictionary<string, HealthReportEntry> health)
    {
        string prefix = module.Tenant.IsDefault ? "" : $"{module.Tenant.Name}/";
        bool usesRedis = _tenants.Find(module.Tenant.Name)?.Find(module.Name)?.Services.GetService<Redis.RedisConnection>() != null;
        var schemes = module.Options.Auth.Select(scheme => $"{prefix}auth/{scheme}");
        return
        [
            .. from entry in health
               where schemes.Contains(entry.Key, StringComparer.OrdinalIgnoreCase)
                   || (entry.Key == Redis.RedisLink.HealthName && usesRedis)
               select new DependencyState(entry.Key, HealthEndpoints.Name(entry.Value.Status), entry.Value.Description),
        ];
    }

    IReadOnlyList<TenantState> Tenants(AdminQuery query) =>
    [
        .. from tenant in _tenants.All
           where query.Tenant == null || query.Tenant == tenant.Tenant.Name
           let refused = tenant.Tenant.Limits.Refused.ToDictionary(limit => limit.Limit, limit => limit.Count)
           select new TenantState(
               tenant.Tenant.Name, [.. tenant.Modules.Select(module => module.Name)],
               [.. tenant.Tenant.Limits.Usage.Select(limit => new LimitState(limit.Limit, limit.Used, limit.Of, refused[limit.Limit]))]),
    ];

    Page<Ending> Endings(AdminQuery query)
    {
        var found = _connections.Endings.After(query.After, EndingLog.Capacity)
            .Where(ending => query.Covers(ending.Tenant, ending.Module) && query.Finds(ending.Code, ending.Detail, ending.Address))
            .ToList();
        // The newest, and yet in their order.
        return new(found.Count, Math.Max(0, found.Count - query.Limit), [.. found.TakeLast(query.Limit)]);
    }

    JsonObject Configuration()
    {
        var shown = ShownSettings.Of(_options);
        shown[nameof(_options.Auth)] = ShownSettings.OfSchemes(_options.Auth, _catalog);
        shown[nameof(_options.Modules)] = ModulesOf(_tenants.All[0]);
        shown[nameof(_options.Tenants)] = new JsonObject(_options.Tenants.Select(tenant => KeyValuePair.Create(tenant.Key, (JsonNode?)TenantOf(tenant.Key, tenant.Value))));
        return shown;
    }

    JsonObject TenantOf(string name, Tenants.TenantOptions tenant)
    {
        var shown = ShownSettings.Of(tenant);
        shown[nameof(tenant.Auth)] = ShownSettings.OfSchemes(tenant.Auth, _catalog);
        if (_tenants.Find(name) is { } running)
            shown[nameof(tenant.Modules)] = ModulesOf(running);
        return shown;
    }

    static JsonObject ModulesOf(TenantHost tenant) =>
        new(tenant.Modules.Select(module => KeyValuePair.Create(module.Name, (JsonNode?)ShownSettings.Of(module.Options))));

    static bool IsAskedFor(ClientConnection connection, AdminQuery query) =>
        query.Covers(connection.Tenant, connection.Module)
        && (query.User == null || query.User == connection.Identity.Subject)
        && (query.Address == null || IsSame(query.Address, connection.Address))
        && query.Finds(connection.Identity.Subject, connection.Address?.ToString());

    // A dual-mode socket shows an IPv4 client as IPv6.
    static bool IsSame(System.Net.IPAddress asked, System.Net.IPAddress? address) =>
        address != null && asked.MapToIPv6().Equals(address.MapToIPv6());

    static List<T> Sorted<T>(IEnumerable<T> items, Func<T, long> column) =>
        [.. items.Select(item => (Item: item, Column: column(item))).OrderByDescending(row => row.Column).Select(row => row.Item)];

    static Page<TShown> PageOf<T, TShown>(List<T> all, AdminQuery query, Func<T, TShown> show) =>
        new(all.Count, query.Offset, [.. all.Skip(query.Offset).Take(query.Limit).Select(show)]);

    sealed class Open(ModuleMetrics metrics, int connections)
    {
        int _behind;
        long _queueBytes;

        public void Add(long queueBytes)
        {
            _queueBytes += queueBytes;
            if (queueBytes > 0)
                _behind++;
        }

        public ModuleTraffic Show() => new(
            metrics.Tenant, metrics.Module, connections, _queueBytes, _behind, metrics.Opened, metrics.Published.Frames, metrics.Published.Bytes,
            metrics.Delivered.Frames, metrics.Delivered.Bytes,
            Enum.GetValues<DropReason>().ToDictionary(GatewayMetrics.Label, reason => metrics.Dropped(reason).Frames),
            CloseReasons.All.Where(reason => metrics.Closed(reason) > 0).ToDictionary(reason => reason.Label(), metrics.Closed),
            new Dictionary<string, long>(metrics.Refused), metrics.FanOut.Count, metrics.FanOut.Sum.TotalSeconds);
    }
}
