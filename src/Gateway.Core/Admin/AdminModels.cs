using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Core.Connections;
using Gateway.Core.Hosting.Reloading;
using Gateway.Core.Modules;

namespace Gateway.Core.Admin;

/// <summary>A part of a list, and how long all of it is.</summary>
sealed record Page<T>(int Total, int Offset, IReadOnlyList<T> Items);

/// <summary>The gateway at a glance.</summary>
/// <param name="At">When.</param>
/// <param name="Version">The gateway's version.</param>
/// <param name="UptimeSeconds">How long the process has run.</param>
/// <param name="Draining">Whether it shuts down.</param>
/// <param name="CpuSeconds">Processor time used since the start.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="Connections">Open connections, and those of <c>Limits</c>; 0 = no limit.</param>
/// <param name="ConnectionLimit">The limit of connections.</param>
/// <param name="LastEnding">The number of the latest ending.</param>
/// <param name="Modules">Each module of each tenant.</param>
sealed record Overview(
    DateTimeOffset At, string Version, double UptimeSeconds, bool Draining, double CpuSeconds, long MemoryBytes, int Connections,
    int ConnectionLimit, long LastEnding, IReadOnlyList<ModuleTraffic> Modules);

/// <summary>What a module of a tenant does. All but connections, queue and slow ones are counted since the start.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Module">The module.</param>
/// <param name="Connections">Open connections.</param>
/// <param name="QueueBytes">Bytes that wait for them.</param>
/// <param name="Behind">How many of them something waits for.</param>
/// <param name="Opened">Connections opened.</param>
/// <param name="MessagesIn">Messages published.</param>
/// <param name="BytesIn">Their bytes.</param>
/// <param name="MessagesOut">Messages handed to the network, once for each client.</param>
/// <param name="BytesOut">Their bytes.</param>
/// <param name="Dropped">Messages that did not reach a client, by reason.</param>
/// <param name="Closed">Connections closed, by reason; those that never occurred are left out.</param>
/// <param name="Refused">Clients refused, by code.</param>
/// <param name="FanOuts">Deliveries to all subscribers of a sender loop.</param>
/// <param name="FanOutSeconds">The time that they took, from the publish on, added up.</param>
sealed record ModuleTraffic(
    string Tenant, string Module, int Connections, long QueueBytes, int Behind, long Opened, long MessagesIn, long BytesIn, long MessagesOut,
    long BytesOut, IReadOnlyDictionary<string, long> Dropped, IReadOnlyDictionary<string, long> Closed,
    IReadOnlyDictionary<string, long> Refused, long FanOuts, double FanOutSeconds);

/// <summary>An open connection.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Module">The module.</param>
/// <param name="Transport"><c>websocket</c> or <c>http</c>.</param>
/// <param name="Address">Where the client connects from; null on a Unix socket.</param>
/// <param name="Scheme">The scheme that let it in.</param>
/// <param name="User">Who it is, where the scheme knows.</param>
/// <param name="Expires">When its token expires; null = never.</param>
/// <param name="AgeSeconds">How long it has been open.</param>
/// <param name="SilentSeconds">How long ago it gave a sign of life.</param>
/// <param name="QueueBytes">Bytes that wait for it.</param>
/// <param name="QueueLimit">The cap; 0 = none.</param>
/// <param name="SlowConsumer">What happens at the cap.</param>
/// <param name="BehindSeconds">For how long something has waited for it without a break.</param>
/// <param name="Closing">Why it is ending; null while it is open.</param>
sealed record ConnectionState(
    long Id, string Tenant, string Module, string Transport, string? Address, string Scheme, string? User, DateTimeOffset? Expires,
    double AgeSeconds, double SilentSeconds, long QueueBytes, long QueueLimit, string SlowConsumer, double BehindSeconds, string? Closing);

/// <summary>A topic of a module.</summary>
sealed record TopicEntry(string Tenant, string Module, string Name, int Subscribers, long Messages, long Bytes);

/// <summary>A module of a tenant.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Module">The module.</param>
/// <param name="Status"><c>ok</c>, <c>degraded</c> or <c>unavailable</c>.</param>
/// <param name="Problem">Why, where it is not ok.</param>
/// <param name="Urls">Where it is served.</param>
/// <param name="Dependencies">What the tenant's modules depend on.</param>
/// <param name="Settings">The settings in force, secrets masked.</param>
/// <param name="Examples">What to try.</param>
sealed record ModuleState(
    string Tenant, string Module, string Status, string? Problem, IReadOnlyList<string> Urls, IReadOnlyList<DependencyState> Dependencies,
    JsonObject Settings, IReadOnlyList<ModuleExample> Examples);

/// <summary>Something that is needed.</summary>
sealed record DependencyState(string Name, string Status, string? Problem);

/// <summary>What a tenant uses of what it may use.</summary>
sealed record TenantState(string Tenant, IReadOnlyList<string> Modules, IReadOnlyList<LimitState> Limits);

/// <summary>One limit; <paramref name="Of"/> is 0 where there is none.</summary>
/// <param name="Name">Its name: <c>connections</c>, <c>messages</c> and <c>bytes</c> (in a second), <c>topics</c>, <c>storage</c> (bytes).</param>
/// <param name="Used">What is used.</param>
/// <param name="Of">What may be.</param>
/// <param name="Refused">How often something was refused.</param>
sealed record LimitState(string Name, long Used, long Of, long Refused);

/// <summary>What a connection is closed with.</summary>
sealed record CloseRequest(string? Reason);

/// <summary>What a drain is asked for: the window, as the configuration writes durations; null = that of <c>Drain:Window</c>.</summary>
sealed record DrainRequest(string? Window);

/// <summary>What has begun.</summary>
sealed record DrainState(int Connections, string Window);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Overview))]
[JsonSerializable(typeof(Page<ConnectionState>))]
[JsonSerializable(typeof(Page<TopicEntry>))]
[JsonSerializable(typeof(Page<Ending>))]
[JsonSerializable(typeof(IReadOnlyList<ModuleState>))]
[JsonSerializable(typeof(IReadOnlyList<TenantState>))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(CloseRequest))]
[JsonSerializable(typeof(DrainRequest))]
[JsonSerializable(typeof(DrainState))]
[JsonSerializable(typeof(ReloadState))]
sealed partial class AdminJson : JsonSerializerContext;
