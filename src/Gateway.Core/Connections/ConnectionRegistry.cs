using System.Collections.Concurrent;
using System.Net;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Tenants;

namespace Gateway.Core.Connections;

/// <summary>
/// Every open connection of the process: the one place where they are limited, listed and, at shutdown, sent away.
/// Thread-safe.
/// </summary>
public sealed class ConnectionRegistry
{
    readonly ConcurrentDictionary<long, ClientConnection> _connections = new();
    readonly ConcurrentDictionary<ModuleMetrics, int> _open = new();
    readonly Dictionary<IPAddress, int> _perAddress = [];
    readonly Lock _gate = new();
    LimitOptions _limits;
    readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _places;
    bool _draining;

    internal ConnectionRegistry(LimitOptions limits) => _limits = limits;

    /// <summary>How many connections are open.</summary>
    public int Count => _connections.Count;

    /// <summary>Whether newcomers are refused because the gateway shuts down.</summary>
    public bool IsDraining => Volatile.Read(ref _draining);

    /// <summary>The open connections at this moment, in no order.</summary>
    public IEnumerable<ClientConnection> Connections => _connections.Select(entry => entry.Value);

    /// <summary>How many connections there may be. Lower ones end none that is open.</summary>
    internal LimitOptions Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    /// <summary>How many of them each module has.</summary>
    internal IReadOnlyDictionary<ModuleMetrics, int> Open => _open;

    /// <summary>Finds an open connection by its <see cref="ClientConnection.Id"/>.</summary>
    public ClientConnection? Find(long id) => _connections.GetValueOrDefault(id);

    /// <summary>Those that ended, and clients that were not let in, of late.</summary>
    internal EndingLog Endings { get; } = new();

    /// <summary>Takes a place for a connection of a module, given back as below; a refusal is noted.</summary>
    internal Admission TryEnter(ConnectionSettings settings, IPAddress? address)
    {
        var admission = TryEnter(settings.Tenant, address);
        if (admission != Admission.Granted)
            Endings.AddRefused(settings.Tenant.Name, settings.Module, address, Problems.CodeOf(admission), null);
        return admission;
    }

    /// <summary>Takes a place for a connection that is about to open; every place taken is given back by <see cref="Leave(Tenant, IPAddress?)"/>.</summary>
    internal Admission TryEnter(Tenant tenant, IPAddress? address)
    {
        if (!tenant.Limits.TryEnterConnection())
            return Admission.TooManyOfTenant;
        var admission = TryEnter(address);
        if (admission != Admission.Granted)
            tenant.Limits.LeaveConnection();
        return admission;
    }

    internal Admission TryEnter(IPAddress? address)
    {
        address = Normalize(address);
        lock (_gate)
        {
            if (_draining)
                return Admission.Draining;
            if (_limits.Connections > 0 && _places >= _limits.Connections)
                return Admission.TooMany;
            if (address != null)
            {
                // Counted without a limit too, since one may be set while these are open.
                int open = _perAddress.GetValueOrDefault(address);
                if (_limits.ConnectionsPerAddress > 0 && open >= _limits.ConnectionsPerAddress)
                    return Admission.TooManyFromAddress;
                _perAddress[address] = open + 1;
            }
            _places++;
            return Admission.Granted;
        }
    }

    internal void Leave(Tenant tenant, IPAddress? address)
    {
        tenant.Limits.LeaveConnection();
        Leave(address);
    }

    internal void Leave(IPAddress? address)
    {
        address = Normalize(address);
        lock (_gate)
        {
            _places--;
            if (address != null && --_perAddress[address] == 0)
                _perAddress.Remove(address);
            if (_draining && _places == 0)
                _empty.TrySetResult();
        }
    }

    internal void Add(ClientConnection connection)
    {
        if (_connections.TryAdd(connection.Id, connection))
            _open.AddOrUpdate(connection.Settings.Metrics, 1, (_, count) => count + 1);
        // It took its place before the draining began, but came too late for the list.
        if (IsDraining && !connection.OutlivesDrain)
            connection.Close(CloseReason.Draining);
    }

    internal void Remove(ClientConnection connection)
    {
        if (_connections.TryRemove(connection.Id, out _))
            _open.AddOrUpdate(connection.Settings.Metrics, 0, (_, count) => count - 1);
    }

    /// <summary>
    /// Refuses newcomers from now on and sends everybody away, evenly spread over the window, so that they do not all
    /// come back elsewhere at once; but for those that outlive it. Ends as soon as nobody is left.
    /// </summary>
    internal async Task DrainAsync(TimeSpan window, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Volatile.Write(ref _draining, true);
            if (_places == 0)
                return;
        }
        var leaving = Connections.Where(connection => !connection.OutlivesDrain).ToArray();
        long start = Environment.TickCount64;
        for (int i = 0; i < leaving.Length && !cancellation.IsCancellationRequested; i++)
        {
            var wait = (window * i / leaving.Length) - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (wait > TimeSpan.Zero)
                await Task.WhenAny(_empty.Task, Task.Delay(wait, cancellation)).ConfigureAwait(false);
            leaving[i].Close(CloseReason.Draining);
        }
        await _empty.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>While draining: waits for the last one to end, but not for longer than so.</summary>
    internal async Task WhenEmptyAsync(TimeSpan limit)
    {
        lock (_gate)
        {
            if (_places == 0)
                return;
        }
        await Task.WhenAny(_empty.Task, Task.Delay(limit)).ConfigureAwait(false);
    }

    // A dual-mode socket shows an IPv4 client as IPv6.
    static IPAddress? Normalize(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
