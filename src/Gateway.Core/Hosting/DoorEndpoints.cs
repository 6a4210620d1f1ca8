using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Hosting;

/// <summary>
/// The endpoints of tenants and their modules, which come and go while the gateway runs. A request that has found its
/// endpoint keeps it. Thread-safe.
/// </summary>
sealed class DoorEndpoints(IServiceProvider services) : EndpointDataSource, IDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<object, IReadOnlyList<Endpoint>> _byOwner = [];
    volatile IReadOnlyList<Endpoint> _endpoints = [];
    CancellationTokenSource _changed = new();

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints;

    public override IChangeToken GetChangeToken()
    {
        lock (_gate)
            return new CancellationChangeToken(_changed.Token);
    }

    /// <summary>Serves what an owner maps, in the place of what it has mapped before.</summary>
    public void Put(object owner, Action<IEndpointRouteBuilder> map)
    {
        var routes = new Routes(services);
        map(routes);
        Change(() => _byOwner[owner] = [.. routes.DataSources.SelectMany(source => source.Endpoints)]);
    }

    /// <summary>Serves nothing of an owner any more.</summary>
    public void Remove(object owner) => Change(() => _byOwner.Remove(owner));

    public void Dispose() => _changed.Dispose();

    void Change(Action change)
    {
        CancellationTokenSource before;
        lock (_gate)
        {
            change();
            _endpoints = [.. _byOwner.Values.SelectMany(endpoints => endpoints)];
            (before, _changed) = (_changed, new());
        }
        before.Cancel();
        before.Dispose();
    }

    sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
