using Gateway.Core.Connections;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Tests.Connections.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Connections.Reactors;

/// <summary>A reactor sends as any other loop does.</summary>
public sealed class ReactorLoopTests : SenderLoopTests, IDisposable
{
    readonly TimerWheel _wheel = new(NullLogger<TimerWheel>.Instance);

    public void Dispose() => _wheel.Dispose();

    private protected override string ThreadName => "gateway-reactor";

    private protected override SenderLoop Create() => new Reactor(0, _wheel, NullLogger<Reactor>.Instance);
}
